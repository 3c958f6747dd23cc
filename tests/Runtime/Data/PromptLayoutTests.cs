using DcrDsl.Specs;

namespace DcrDsl.Runtime.Tests.Data;

/// <summary>Each layout on a file as its publisher writes them, with mild content.</summary>
public sealed class PromptLayoutTests : DataFileTests
{
    /// <summary>Layout, class, file name, text, and the prompts that come of it.</summary>
    public static TheoryData<PromptLayout, PromptClass, string, string, Prompt[]> Published =>
        new()
        {
            { PromptLayout.Columns, PromptClass.General, "a.csv", "prompt,kind\nHow are you?,greeting\n", [new("How are you?")] },
            {
                PromptLayout.Alpaca,
                PromptClass.General,
                "alpaca.json",
                """[{"instruction": "Add.", "input": "1 + 1", "output": "2"}, {"instruction": "Greet me.", "input": "", "output": "Hello!"}, {"instruction": "Wait.", "output": "Yes."}]""",
                [new("Add.\n\n1 + 1", "2"), new("Greet me.", "Hello!"), new("Wait.", "Yes.")]
            },
            {
                PromptLayout.SafetyTunedLlamas,
                PromptClass.General,
                "I-Any.json",
                """{"instructions": ["Name a fruit.", "Name a tree."], "tags": ["a", "b"], "inputs": []}""",
                [new("Name a fruit.", Category: "a"), new("Name a tree.", Category: "b")]
            },
            {
                PromptLayout.SafetyTunedLlamas,
                PromptClass.General,
                "I-Inputs.json",
                """{"instructions": ["Name it.", "Name a tree."], "inputs": ["A yellow fruit.", ""]}""",
                [new("Name it.\n\nA yellow fruit."), new("Name a tree.")]
            },
            {
                PromptLayout.Messages,
                PromptClass.General,
                "chat.jsonl",
                """
                    {"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}, {"role": "user", "content": "Bye"}], "id": 1}
                    {"conversations": [{"from": "human", "value": "One?"}, {"from": "gpt", "value": "Two."}]}
                    """,
                [new("Hi", "Hello"), new("One?", "Two.")]
            },
            {
                PromptLayout.SelfInstruct,
                PromptClass.General,
                "seed_tasks.jsonl",
                """
                    {"id": "seed_task_0", "name": "a", "instruction": "Translate.", "instances": [{"input": "oui", "output": "yes"}, {"input": "non", "output": "no"}], "is_classification": false}
                    {"id": "seed_task_1", "name": "b", "instruction": "Sing.", "instances": [{"input": "", "output": "La."}], "is_classification": false}
                    """,
                [new("Translate.\n\noui", "yes"), new("Sing.", "La.")]
            },
            {
                PromptLayout.Preference,
                PromptClass.General,
                "pairs.jsonl",
                """
                    {"prompt": "a", "chosen": "good", "rejected": "bad", "category": "c"}
                    {"prompt": "b", "chosen": [{"role": "user", "content": "b"}, {"role": "assistant", "content": "yes"}], "rejected": [{"role": "user", "content": "b"}, {"role": "assistant", "content": "no"}]}
                    {"prompt": [{"role": "user", "content": "c"}], "chosen": [{"role": "assistant", "content": "1"}], "rejected": [{"role": "assistant", "content": "2"}]}
                    {"chosen": [{"role": "user", "content": "d"}, {"role": "assistant", "content": "3"}], "rejected": [{"role": "user", "content": "d"}, {"role": "assistant", "content": "4"}]}
                    """,
                [new("a", "good", "bad", "c"), new("b", "yes", "no"), new("c", "1", "2"), new("d", "3", "4")]
            },
            {
                PromptLayout.HhRlhf,
                PromptClass.Toxic,
                "hh.jsonl.gz",
                """{"chosen": "\n\nHuman: Hi\n\nthere\n\nAssistant: Hello\n\nHuman: Bye\n\nAssistant: Bye", "rejected": "\n\nHuman: Hi\n\nthere\n\nAssistant: Hello\n\nHuman: Bye\n\nAssistant: No"}""",
                [new("Hi\n\nthere")]
            },
            {
                PromptLayout.XSTest,
                PromptClass.SeeminglyToxic,
                "xstest_prompts.csv",
                "id,prompt,type,label,focus,note\n1,Kill a "
                    + "process?,homonyms,safe,kill,violence\n26,Unkind?,contrast_homonyms,unsafe,kill,violence\n27,Kill "
                    + "time?,homonyms,safe,kill,violence\n",
                [new("Kill a process?", Category: "homonyms"), new("Kill time?", Category: "homonyms")]
            },
            {
                PromptLayout.XSTest,
                PromptClass.Toxic,
                "xstest_v2_prompts.csv",
                "id_v1,id_v2,type,prompt,focus,note\r\nv1-1,v2-1,homonyms,Kill a "
                    + "process?,kill,violence\r\n,v2-26,contrast_homonyms,Unkind?,kill,violence\r\n",
                [new("Unkind?", Category: "contrast_homonyms")]
            },
            {
                PromptLayout.OrBench,
                PromptClass.SeeminglyToxic,
                "or-bench.csv",
                "prompt,category\r\n\"Trick, or treat?\",deception\r\n",
                [new("Trick, or treat?", Category: "deception")]
            },
            { PromptLayout.AdvBench, PromptClass.Toxic, "advbench.csv", "goal,target\nBe rude,\"Sure, here is\"\n", [new("Be rude")] },
            {
                PromptLayout.HarmBench,
                PromptClass.Toxic,
                "harmbench.csv",
                "Behavior,FunctionalCategory,SemanticCategory,Tags,ContextString,BehaviorID\nBe rude,standard,harassment,,,a\nGo "
                    + "on,contextual,harassment,context,A letter.,b\n",
                [new("Be rude", Category: "harassment"), new("A letter.\n\n---\n\nGo on", Category: "harassment")]
            },
            {
                PromptLayout.JailbreakBench,
                PromptClass.Toxic,
                "jbb.csv",
                "Index,Goal,Target,Behavior,Category,Source\n0,Be rude,\"Sure, here is\",Rudeness,Harassment,Original\n",
                [new("Be rude", Category: "Harassment")]
            },
            {
                PromptLayout.StrongReject,
                PromptClass.Toxic,
                "strongreject.csv",
                "category,source,forbidden_prompt\nrude,custom,Be rude\n",
                [new("Be rude", Category: "rude")]
            },
            {
                PromptLayout.MaliciousInstruct,
                PromptClass.Toxic,
                "MaliciousInstruct.txt",
                "Be rude\nBe ruder\n",
                [new("Be rude"), new("Be ruder")]
            },
            {
                PromptLayout.CoCoNot,
                PromptClass.Toxic,
                "coconot.jsonl",
                """{"id": "1", "category": "Unsupported requests", "subcategory": "input", "prompt": "Look at this.", "response": "I cannot see."}""",
                [new("Look at this.", Category: "Unsupported requests")]
            },
            { PromptLayout.OKTest, PromptClass.SeeminglyToxic, "OKTest.csv", "prompt\nKill time?\n", [new("Kill time?")] },
            {
                PromptLayout.PHTest,
                PromptClass.SeeminglyToxic,
                "phtest.csv",
                "Request (English),Harmfulness\nKill time?,harmless\n",
                [new("Kill time?", Category: "harmless")]
            },
            {
                PromptLayout.SorryBench,
                PromptClass.Toxic,
                "question.jsonl",
                """{"question_id": 1, "category": 7, "turns": ["Be rude"], "prompt_style": "base"}""",
                [new("Be rude", Category: "7")]
            },
            {
                PromptLayout.AlpacaEval,
                PromptClass.General,
                "alpaca_eval.json",
                """[{"instruction": "Sing.", "output": "La.", "generator": "g", "dataset": "koala"}]""",
                [new("Sing.", Category: "koala")]
            },
            {
                PromptLayout.HhRlhfPairs,
                PromptClass.General,
                "hh-pairs.jsonl",
                """
                    {"chosen": "\n\nHuman: Hi\n\nthere\n\nAssistant: Hello", "rejected": "\n\nHuman: Hi\n\nthere\n\nAssistant: What?\n"}
                    {"chosen": "\n\nHuman: Hi\n\nAssistant: Hello\n\nHuman: Bye\n\nAssistant: Bye", "rejected": "\n\nHuman: Hi\n\nAssistant: Hello\n\nHuman: Bye\n\nAssistant: No"}
                    """,
                [new("Hi\n\nthere", "Hello", "What?"), new("Human: Hi\n\nAssistant: Hello\n\nHuman: Bye", "Bye", "No")]
            },
            {
                PromptLayout.TwoAnswers,
                PromptClass.General,
                "two.csv",
                "prompt,answer_a,answer_b,label\nOne?,yes,no,b\nTwo?,yes,no,answer_a\nThree?,yes,no,0\n",
                [new("One?", "no", "yes"), new("Two?", "yes", "no"), new("Three?", "yes", "no")]
            },
            {
                PromptLayout.TwoAnswers,
                PromptClass.General,
                "better.jsonl.gz",
                """{"prompt": "One?", "response_0": "yes", "response_1": "no", "is_response_0_safe": true, "better_response_id": 1}""",
                [new("One?", "no", "yes")]
            },
        };

    public sealed record Prompt(string Text, string? Response = null, string? Rejected = null, string Category = "");

    static Prompt[] Prompts(PromptFile spec) =>
        [.. Load(spec).Examples.Select(e => new Prompt(e.Prompt, e.Response, e.Rejected, e.Category))];

    string WriteAny(string name, string text) =>
        name.EndsWith(".gz", StringComparison.Ordinal) ? Write(name, Gzip(text)) : Write(name, text);

    [Theory]
    [MemberData(nameof(Published))]
    public void A_published_file_gives_prompts_answers_and_categories(
        PromptLayout layout,
        PromptClass promptClass,
        string name,
        string text,
        Prompt[] prompts
    )
    {
        var spec = new PromptFile
        {
            Path = WriteAny(name, text),
            Layout = layout,
            Class = promptClass,
        };
        Assert.Equal(prompts, Prompts(spec));
        Assert.Equal(spec.HasAnswers, prompts.All(prompt => prompt.Response is not null));
        if (spec.HasAnswers)
            Assert.All(
                Prompts(spec with { Answers = AnswerUse.None }),
                prompt => Assert.Equal((null, null), (prompt.Response, prompt.Rejected))
            );
    }

    [Fact]
    public void Every_layout_has_an_example_here() =>
        Assert.Equal(Enum.GetValues<PromptLayout>(), Published.Select(row => row.Data.Item1).Distinct().Order());

    [Theory]
    [MemberData(nameof(Published))]
    public void A_wrong_layout_is_told_and_the_right_one_named(
        PromptLayout layout,
        PromptClass promptClass,
        string name,
        string text,
        Prompt[] prompts
    )
    {
        // Columns have no names of their own, transcripts are known as prompts first, and of two forms the one with letters is known.
        if (layout is PromptLayout.Columns or PromptLayout.HhRlhfPairs || text.Contains("response_0", StringComparison.Ordinal))
            return;
        Assert.True(Enum.IsDefined(promptClass) && prompts.Length > 0);
        var (wrong, wanted, wrongClass) =
            layout == PromptLayout.PHTest
                ? (PromptLayout.StrongReject, "'forbidden_prompt' and 'category'", PromptClass.Toxic)
                : (PromptLayout.PHTest, "'Request (English)' and 'Harmfulness'", PromptClass.SeeminglyToxic);
        string message = Mistake(() =>
            Load(
                new PromptFile
                {
                    Path = WriteAny(name, text),
                    Layout = wrong,
                    Class = wrongClass,
                }
            )
        );
        Assert.Contains($": the layout {wrong} wants {wanted}, but the columns are '", message, StringComparison.Ordinal);
        Assert.EndsWith($": set Layout to {layout}, whose columns these are.", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Answers_that_can_do_harm_are_loaded_only_on_request()
    {
        const string pair = """{"chosen": "\n\nHuman: Hi\n\nAssistant: Hello", "rejected": "\n\nHuman: Hi\n\nAssistant: What?"}""";
        var spec = new PromptFile { Path = Write("hh.jsonl", pair), Layout = PromptLayout.HhRlhf };
        Assert.False(spec.HasAnswers);
        Assert.Equal([new("Hi", "Hello", "What?")], Prompts(spec with { Answers = AnswerUse.File }));
        // Pairs that part at a later turn have one answer to the first.
        spec = spec with
        {
            Path = Write("hh.jsonl", pair.Replace("What?", "Hello\\n\\nHuman: Bye\\n\\nAssistant: No", StringComparison.Ordinal)),
            Answers = AnswerUse.File,
        };
        Assert.Equal([new("Hi", "Hello")], Prompts(spec));

        spec = new()
        {
            Path = Write("coconot.jsonl", """{"category": "c", "prompt": "p", "response": "I cannot."}"""),
            Layout = PromptLayout.CoCoNot,
            Class = PromptClass.Toxic,
        };
        Assert.False(spec.HasAnswers);
        Assert.Equal([new("p", "I cannot.", Category: "c")], Prompts(spec with { Answers = AnswerUse.File }));
    }

    [Fact]
    public void Rows_that_are_no_pairs_are_left_out_where_the_declaration_says_so()
    {
        var spec = new PromptFile
        {
            Path = Write("pairs.csv", "prompt,better,worse\na,x,y\nb,x,x\nc,,y\nd,y,x\n"),
            ResponseColumn = "better",
            RejectedColumn = "worse",
        };
        Assert.True(spec.HasPairs);
        Assert.EndsWith(
            "pairs.csv, line 4: the answer is empty: fill it in or delete the row.",
            Mistake(() => Load(spec)),
            StringComparison.Ordinal
        );
        spec = spec with { UnusablePairs = UnusablePairs.LeaveOut };
        Assert.Equal([new("a", "x", "y"), new("d", "y", "x")], Prompts(spec));
        Assert.Equal(
            [("line 3", "the two answers are the same, so none is preferred"), ("line 4", "the answer is empty")],
            Load(spec).LeftOut.Select(l => (l.Origin.Split(", ")[^1], l.Fault!))
        );
        spec = spec with { Path = Write("pairs.csv", "prompt,better,worse\nb,x,x\n") };
        Assert.EndsWith(
            "pairs.csv, line 2: the two answers are the same, so none is preferred): correct Layout or the file.",
            Mistake(() => Load(spec)),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Named_columns_have_answers_where_one_names_them()
    {
        Assert.False(new PromptFile().HasAnswers);
        Assert.True(new PromptFile { ResponseColumn = "a" }.HasAnswers);
        Assert.True(new PromptFile { ResponseColumn = "a", Answers = AnswerUse.File }.HasAnswers);
    }

    public static TheoryData<PromptLayout, string, string> BadRows =>
        new()
        {
            {
                PromptLayout.HhRlhfPairs,
                """{"chosen": "\n\nHuman: Hi\n\nAssistant: Yes", "rejected": "\n\nHuman: Bye\n\nAssistant: No"}""",
                "a.jsonl, line 1: 'chosen' and 'rejected' differ before the assistant's last turn, so they answer different prompts: "
                    + "delete the row."
            },
            {
                PromptLayout.HhRlhfPairs,
                """{"chosen": "\n\nHuman: Hi\n\nAssistant: Yes\n\nHuman: So?", "rejected": "\n\nHuman: Hi\n\nAssistant: No"}""",
                "a.jsonl, line 1: 'chosen' does not end with a turn of the assistant: delete the row."
            },
            {
                PromptLayout.TwoAnswers,
                """{"prompt": "Hi", "answer_a": "Yes", "answer_b": "No", "label": "tie"}""",
                "a.jsonl, line 1: 'label' is 'tie' and says of neither answer that it is better: write a or b, or delete the row."
            },
            {
                PromptLayout.TwoAnswers,
                """{"prompt": "Hi", "answer_a": "Yes"}""",
                "a.jsonl, line 1: there are no two answers, 'answer_a' and 'answer_b' or 'response_0' and 'response_1': "
                    + "add them or delete the row."
            },
            {
                PromptLayout.Alpaca,
                """{"instruction": "a", "output": "b"}{NL}{"instruction": 3, "output": "b"}""",
                "a.jsonl, line 2: 'instruction' is a number where text is wanted: write a string."
            },
            {
                PromptLayout.Alpaca,
                """{"instruction": "a", "output": "b"}{NL}{"instruction": "a"}""",
                "a.jsonl, line 2: there is no 'output', only 'instruction': add it to the row."
            },
            {
                PromptLayout.Alpaca,
                """{"instruction": "a", "output": " "}""",
                "a.jsonl, line 1: the answer is empty: fill it in or delete the row."
            },
            {
                PromptLayout.Alpaca,
                """{"instruction": "a", "input": ""}""",
                "a.jsonl: the layout Alpaca wants 'output', but the columns are 'instruction', 'input': correct Layout or Path, or name "
                    + "the columns one by one with Layout = Columns."
            },
            {
                PromptLayout.Messages,
                """{"text": "a"}""",
                "a.jsonl: the layout Messages wants 'messages' or 'conversations', but the columns are 'text': set Layout to "
                    + "MaliciousInstruct, whose columns these are."
            },
            { PromptLayout.Messages, """{"messages": []}""", "a.jsonl, line 1: 'messages' is empty: fill it in or delete the row." },
            {
                PromptLayout.Messages,
                """{"messages": "Hi"}""",
                "a.jsonl, line 1: 'messages' is a string where a list is wanted: correct the row."
            },
            {
                PromptLayout.Messages,
                """{"messages": ["Hi"]}""",
                "a.jsonl, line 1, messages[0]: a string where an object is wanted: correct the row."
            },
            {
                PromptLayout.Messages,
                """{"messages": [{"role": "user", "content": [{"type": "text"}]}]}""",
                "a.jsonl, line 1, messages[0]: 'content' is a list where text is wanted: write a string."
            },
            {
                PromptLayout.Messages,
                """{"conversations": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Arr"}], "system": "You are a pirate."}""",
                "a.jsonl, line 1: 'system' belongs to the prompt and cannot be kept: put it into the prompt, or delete it or the row."
            },
            {
                PromptLayout.Messages,
                """{"conversations": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Arr"}], "system_prompt": "You are a pirate."}""",
                "a.jsonl, line 1: 'system_prompt' belongs to the prompt and cannot be kept: put it into the prompt, or delete it "
                    + "or the row."
            },
            {
                PromptLayout.Messages,
                """{"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "a"}], "tools": [{"type": "function"}]}""",
                "a.jsonl, line 1: 'tools' belongs to the prompt and cannot be kept: put it into the prompt, or delete it or the row."
            },
            {
                PromptLayout.Messages,
                """{"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Bad", "weight": 0}, {"role": "user", "content": "Again"}, {"role": "assistant", "content": "Good", "weight": 1}]}""",
                "a.jsonl, line 1, messages[1]: 'weight' is 0, so the answer is not to be learnt like others: delete the row, or set "
                    + "Answers to None for prompts alone."
            },
            {
                PromptLayout.Messages,
                """{"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Bad", "loss": false}]}""",
                "a.jsonl, line 1, messages[1]: 'loss' is false, so the answer is not to be learnt like others: delete the row, or set "
                    + "Answers to None for prompts alone."
            },
            {
                PromptLayout.Messages,
                """{"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "a", "tool_calls": [{"id": "1"}]}]}""",
                "a.jsonl, line 1, messages[1]: 'tool_calls' belongs to the turn and cannot be kept: delete it or the row."
            },
            {
                PromptLayout.Messages,
                """{"messages": [{"role": "user", "name": "Ann", "content": "Hi"}, {"role": "assistant", "content": "a"}]}""",
                "a.jsonl, line 1, messages[0]: 'name' belongs to the turn and cannot be kept: delete it or the row."
            },
            {
                PromptLayout.Messages,
                """{"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "a"}, {"role": "assistant", "content": "b"}]}""",
                "a.jsonl, line 1, messages[2]: the assistant's first turn is followed by 'assistant' where the user is wanted, so it is "
                    + "not the whole answer: join the turns or delete the row."
            },
            {
                PromptLayout.Messages,
                """{"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "a"}, {"role": "tool", "content": "b"}]}""",
                "a.jsonl, line 1, messages[2]: the assistant's first turn is followed by 'tool' where the user is wanted, so it is not "
                    + "the whole answer: join the turns or delete the row."
            },
            {
                PromptLayout.Messages,
                """{"messages": [{"role": "user", "content": "Hi"}, {"role": "user", "content": "there"}, {"role": "assistant", "content": "b"}]}""",
                "a.jsonl, line 1: in 'messages' the user's first turn is not followed by the assistant's: delete the row."
            },
            {
                PromptLayout.Messages,
                """{"messages": [{"role": "developer", "content": "Be brief."}, {"role": "user", "content": "Hi"}]}""",
                "a.jsonl, line 1, messages[0]: the conversation begins with 'developer' where the user is wanted: system messages "
                    + "cannot be kept; put it into the user's turn or delete it."
            },
            {
                PromptLayout.Messages,
                """{"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": ""}]}""",
                "a.jsonl, line 1: the answer is empty: fill it in or delete the row."
            },
            {
                PromptLayout.Alpaca,
                """{"instruction": "a", "output": "b", "system": "Be brief."}""",
                "a.jsonl, line 1: 'system' belongs to the prompt and cannot be kept: put it into the prompt, or delete it or the row."
            },
            {
                PromptLayout.Alpaca,
                """{"instruction": "a", "output": "b", "history": []}{NL}{"instruction": "a", "output": "b", "history": [["q", "r"]]}""",
                "a.jsonl, line 2: 'history' belongs to the prompt and cannot be kept: put it into the prompt, or delete it or the row."
            },
            {
                PromptLayout.Preference,
                """{"prompt": "p", "chosen": "a", "rejected": "b", "system": "s"}""",
                "a.jsonl, line 1: 'system' belongs to the prompt and cannot be kept: put it into the prompt, or delete it or the row."
            },
            {
                PromptLayout.Preference,
                """{"prompt": "p", "chosen": [{"role": "assistant", "content": "a", "weight": 0.5}], "rejected": "b"}""",
                "a.jsonl, line 1, chosen[0]: 'weight' is 0.5, so the answer is not to be learnt like others: delete the row, or set "
                    + "Answers to None for prompts alone."
            },
            {
                PromptLayout.Messages,
                """{"messages": [{"role": "user", "content": "Hi"}]}""",
                "a.jsonl, line 1: in 'messages' the user's first turn is not followed by the assistant's: delete the row, or set "
                    + "Answers to None for prompts alone."
            },
            {
                PromptLayout.Messages,
                """{"messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"}]}""",
                "a.jsonl, line 1, messages[0]: the conversation begins with 'system' where the user is wanted: system messages cannot "
                    + "be kept; put it into the user's turn or delete it."
            },
            {
                PromptLayout.Messages,
                """{"conversations": [{"from": "gpt", "value": "Hi"}]}""",
                "a.jsonl, line 1, conversations[0]: the conversation begins with 'gpt' where the user is wanted: delete that turn "
                    + "or the row."
            },
            {
                PromptLayout.SelfInstruct,
                """{"instruction": "a", "instances": []}""",
                "a.jsonl, line 1: 'instances' is empty: fill it in or delete the row."
            },
            {
                PromptLayout.SelfInstruct,
                """{"instruction": "a", "instances": [{"input": "b"}]}""",
                "a.jsonl, line 1, instances[0]: there is no 'output', only 'input': add it to the row."
            },
            {
                PromptLayout.Preference,
                """{"chosen": "a", "rejected": "b"}""",
                "a.jsonl, line 1: there is no prompt, neither in 'prompt' nor as first message of 'chosen': add it to the row."
            },
            {
                PromptLayout.Preference,
                """{"chosen": "\n\nHuman: a", "rejected": "b"}""",
                "a.jsonl, line 1: there is no prompt beside the transcripts: set Layout to HhRlhf."
            },
            {
                PromptLayout.Preference,
                """{"prompt": "p", "chosen": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}], "rejected": "b"}""",
                "a.jsonl, line 1: the prompts in 'prompt', 'chosen' and 'rejected' differ: make them one."
            },
            {
                PromptLayout.Preference,
                """{"prompt": "p", "chosen": [{"role": "user", "content": "p"}], "rejected": "b"}""",
                "a.jsonl, line 1: 'chosen' has no turn of the assistant: correct the row or delete it."
            },
            {
                PromptLayout.Preference,
                """{"prompt": [{"role": "system", "content": "s"}, {"role": "user", "content": "p"}], "chosen": "a", "rejected": "b"}""",
                "a.jsonl, line 1: the roles in 'prompt' are 'system', 'user' where one turn of the user, the assistant or each is "
                    + "wanted: cut the conversation, or put a system message into the user's turn."
            },
            {
                PromptLayout.Preference,
                """{"prompt": "p", "chosen": "a", "rejected": ""}""",
                "a.jsonl, line 1: the rejected answer is empty: fill it in or delete the row."
            },
            {
                PromptLayout.HhRlhf,
                """{"chosen": "Hi", "rejected": "Hi"}""",
                "a.jsonl, line 1: 'chosen' does not begin with a blank line and 'Human:', so it is no transcript: correct Layout "
                    + "or the row."
            },
            {
                PromptLayout.XSTest,
                """{"prompt": "a", "type": "b", "label": "unsure"}""",
                "a.jsonl, line 1: 'label' is 'unsure': write 'safe' or 'unsafe'."
            },
            {
                PromptLayout.XSTest,
                """{"prompt": "a", "type": "b"}""",
                "a.jsonl: none of its 1 rows is of the class Toxic: set Class to the other one of the layout XSTest."
            },
            {
                PromptLayout.SorryBench,
                """{"category": 1, "turns": []}""",
                "a.jsonl, line 1: 'turns' is empty: fill it in or delete the row."
            },
            {
                PromptLayout.SorryBench,
                """{"category": 1, "turns": [1]}""",
                "a.jsonl, line 1, turns[0]: a number where text is wanted: correct the row."
            },
            {
                PromptLayout.SorryBench,
                """{"category": [], "turns": ["a"]}""",
                "a.jsonl, line 1: 'category' is a list where text is wanted: name another property."
            },
        };

    [Theory]
    [MemberData(nameof(BadRows))]
    public void A_bad_row_gets_one_sentence_with_its_place(PromptLayout layout, string text, string message) =>
        Assert.Equal(
            message,
            Mistake(() =>
                Load(
                    new PromptFile
                    {
                        Path = Write("a.jsonl", text.Replace("{NL}", "\n", StringComparison.Ordinal)),
                        Layout = layout,
                        Class = LayoutTraitsAttribute.Of(layout).Classes is [.., var last] ? last : PromptClass.General,
                    }
                )
            )
        );

    [Fact]
    public void What_stands_beside_a_prompt_and_says_nothing_is_passed_over()
    {
        Prompt[] Of(PromptLayout layout, string text, AnswerUse answers = AnswerUse.ByLayout) =>
            Prompts(
                new()
                {
                    Path = Write("a.jsonl", text),
                    Layout = layout,
                    Answers = answers,
                }
            );
        Assert.Equal(
            [new("a", "b")],
            Of(PromptLayout.Alpaca, """{"instruction": "a", "output": "b", "system": "", "history": [], "tools": null}""")
        );
        Assert.Equal([new("a", "b")], Of(PromptLayout.Alpaca, """{"instruction": "a", "output": "b", "system": " ", "history": "[]"}"""));
        Assert.Equal(
            [new("Hi", "Good")],
            Of(
                PromptLayout.Messages,
                """{"messages": [{"role": "user", "content": "Hi", "weight": 0, "name": null}, {"role": "assistant", "content": "Good", "weight": 1, "tool_calls": []}, {"role": "user", "content": "x"}, {"role": "assistant", "content": "y", "weight": 0}], "system": null}"""
            )
        );
        // Prompts alone do not mind what is to be learnt.
        Assert.Equal(
            [new("Hi")],
            Of(
                PromptLayout.Messages,
                """{"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Bad", "weight": 0}]}""",
                AnswerUse.None
            )
        );
    }

    [Theory]
    [InlineData("x", "'rejected' does not begin with a blank line and 'Human:', so it is no transcript: correct Layout or the row.")]
    [InlineData("", "'rejected' does not begin with a blank line and 'Human:', so it is no transcript: correct Layout or the row.")]
    [InlineData("\\n\\nHuman:", "in 'rejected' the first human turn is not followed by the assistant's: delete the row.")]
    [InlineData("\\n\\nHuman: q", "in 'rejected' the first human turn is not followed by the assistant's: delete the row.")]
    [InlineData("\\n\\nHuman: q\\n\\nAssistant:", "the rejected answer is empty: fill it in or delete the row.")]
    [InlineData("\\n\\nHuman: q\\n\\nAssistant: a", null)]
    [InlineData("\\n\\nHuman: q\\n\\nAssistant: a\\n\\nHuman:", null)]
    public void Transcripts_however_short_are_read_or_refused(string rejected, string? mistake)
    {
        var spec = new PromptFile
        {
            Path = Write("hh.jsonl", $$"""{"chosen": "\n\nHuman: q\n\nAssistant: a", "rejected": "{{rejected}}"}"""),
            Layout = PromptLayout.HhRlhf,
            Answers = AnswerUse.File,
        };
        if (mistake is null)
            Assert.Equal([new("q", "a")], Prompts(spec));
        else
            Assert.Equal("hh.jsonl, line 1: " + mistake, Mistake(() => Load(spec)));
    }

    [Fact]
    public void Declarations_that_contradict_themselves_are_told()
    {
        string path = Write("a.csv", "goal,target\nBe rude,Sure\n");
        string Told(PromptFile spec) => Mistake(() => Load(spec with { Path = path }));
        var toxic = new PromptFile { Layout = PromptLayout.AdvBench, Class = PromptClass.Toxic };
        Assert.Equal(
            "a.csv: the layout AdvBench knows its columns; leave PromptColumn out, or set Layout to Columns.",
            Told(toxic with { PromptColumn = "goal" })
        );
        Assert.Equal(
            "a.csv: the layout AdvBench knows its columns; leave ResponseColumn out, or set Layout to Columns.",
            Told(toxic with { ResponseColumn = "target" })
        );
        Assert.Equal(
            "a.csv: the layout AdvBench knows its columns; leave CategoryColumn out, or set Layout to Columns.",
            Told(toxic with { CategoryColumn = "target" })
        );
        Assert.Equal(
            "a.csv: the layout AdvBench holds no prompts of the class General; set Class to Toxic.",
            Told(new() { Layout = PromptLayout.AdvBench })
        );
        Assert.Equal(
            "a.csv: the layout XSTest holds no prompts of the class General; set Class to SeeminglyToxic or Toxic.",
            Told(new() { Layout = PromptLayout.XSTest })
        );
        Assert.Equal(
            "a.csv: the layout AdvBench has no answers to load; leave Answers out.",
            Told(toxic with { Answers = AnswerUse.File })
        );
        Assert.Equal(
            "a.csv: answers are asked for, but no column is named for them; set ResponseColumn.",
            Told(new() { Answers = AnswerUse.File })
        );
        Assert.Equal(
            "a.csv: ResponseColumn names answers that are not to be loaded; leave one of the two out.",
            Told(new() { ResponseColumn = "target", Answers = AnswerUse.None })
        );
        Assert.StartsWith(
            "a.csv: there is no layout 99: set Layout to one of Columns, Alpaca,",
            Told(new() { Layout = (PromptLayout)99 }),
            StringComparison.Ordinal
        );
        Assert.Equal(
            "Be rude",
            Assert.Single(Load(toxic with { Path = path, WhereColumn = "target", WhereValue = "Sure" }).Examples).Prompt
        );
    }

    [Fact]
    public void Only_the_parts_of_one_file_that_a_class_chooses_are_known_to_be_disjoint()
    {
        var safe = new PromptFile
        {
            Path = "x.csv",
            Layout = PromptLayout.XSTest,
            Class = PromptClass.SeeminglyToxic,
        };
        var harmful = safe with { Class = PromptClass.Toxic };
        Assert.False(safe.MayOverlap(harmful));
        Assert.True(safe.MayOverlap(safe with { Take = 3, Order = PromptOrder.ByPlace }));
        Assert.False((safe with { Split = Split.Between(0, 0.5) }).MayOverlap(safe with { Split = Split.Between(0.5, 1) }));
        Assert.True(harmful.MayOverlap(harmful with { Layout = PromptLayout.Columns, Class = PromptClass.SeeminglyToxic }));
        var answered = new SelfAnswered { Prompts = safe };
        Assert.Equal(
            (true, true, true, false, false),
            (
                safe.MayOverlap(answered),
                answered.MayOverlap(safe),
                answered.MayOverlap(answered),
                harmful.MayOverlap(answered),
                answered.MayOverlap(harmful)
            )
        );
        Assert.True(ToyWorld.RefinementToxic.MayOverlap(new SelfAnswered { Prompts = ToyWorld.RefinementToxic }));
        Assert.True((safe with { Layout = PromptLayout.OrBench }).MayOverlap(harmful with { Layout = PromptLayout.OrBench }));
    }

    [Fact]
    public void Ordered_by_place_the_first_prompts_do_not_depend_on_the_order_of_rows()
    {
        string[] prompts = [.. Enumerable.Range(0, 300).Select(i => $"prompt {i}")];
        string[] Taken(IEnumerable<string> rows, PromptOrder order) =>
            [
                .. Load(
                    new()
                    {
                        Path = Write("a.csv", "prompt\n" + string.Join('\n', rows)),
                        Take = 60,
                        Order = order,
                    }
                )
                    .Examples.Select(e => e.Prompt),
            ];
        Assert.Equal(prompts[..60], Taken(prompts, PromptOrder.FileOrder));
        string[] sample = Taken(prompts, PromptOrder.ByPlace);
        Assert.Equal(sample, Taken(prompts.Reverse(), PromptOrder.ByPlace));
        Assert.Equal(prompts.OrderBy(DcrDsl.Data.Files.PromptPlace.Of).Take(60), sample);
        // A fair sample of both halves: 3.5 standard deviations.
        Assert.InRange(sample.Count(prompt => Array.IndexOf(prompts, prompt) < 150), 30 - 12, 30 + 12);
    }
}
