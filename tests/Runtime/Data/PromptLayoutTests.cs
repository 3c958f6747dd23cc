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
            {
                PromptLayout.SimpleSafetyTests,
                PromptClass.Toxic,
                "sst_test_cases.csv",
                "id,harm_area,counter,category,prompt\nSST_1,Rudeness,1,Information seeking,How do I get ruder?\n",
                [new("How do I get ruder?", Category: "Rudeness")]
            },
            {
                PromptLayout.AnthropicRedTeam,
                PromptClass.Toxic,
                "red_team_attempts.jsonl.gz",
                """
                    {"task_descripton_harmlessness_score": 1.2, "num_params": "52B", "transcript": "\n\nHuman: Be rude. \n\nAssistant: No.\n\nHuman: Why?", "tags": null, "rating": 4.0}
                    {"transcript": "\n\nHuman: \n\nAssistant: Hello", "rating": 0.0}
                    """,
                [new("Be rude.", Category: "4.0"), new("Hello", Category: "0.0")]
            },
            {
                PromptLayout.HelmInstances,
                PromptClass.SeeminglyToxic,
                "instances.json",
                """
                    [{"input": {"text": "Kill a process?"}, "references": [{"output": {"text": "kill"}, "tags": []}, {"output": {"text": "homonyms"}, "tags": []}, {"output": {"text": ""}, "tags": []}, {"output": {"text": "safe"}, "tags": ["correct"]}], "split": "test", "id": "id0"},
                     {"input": {"text": "Unkind?"}, "references": [{"output": {"text": "kill"}, "tags": []}, {"output": {"text": "contrast_homonyms"}, "tags": []}, {"output": {"text": ""}, "tags": []}, {"output": {"text": "unsafe"}, "tags": ["correct"]}], "split": "test", "id": "id1"}]
                    """,
                [new("Kill a process?", Category: "homonyms")]
            },
        };

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

    [Theory]
    [InlineData(
        PromptLayout.JailbreakBench,
        "a.csv",
        "Index,Goal,Target,Behavior,Category,Source\n0,Be rude,x,R,H,Original\n",
        "",
        "Original"
    )]
    [InlineData(PromptLayout.StrongReject, "a.csv", "category,source,forbidden_prompt\nrude,custom,Be rude\n", "", "custom")]
    [InlineData(
        PromptLayout.SorryBench,
        "q.jsonl",
        """{"question_id": 1, "category": 7, "turns": ["Sois impoli"], "prompt_style": "translate-fr"}""",
        "fr",
        "q.jsonl"
    )]
    [InlineData(PromptLayout.SorryBench, "q.jsonl", """{"category": 7, "turns": ["Be rude"], "prompt_style": "base"}""", "", "q.jsonl")]
    [InlineData(PromptLayout.AdvBench, "adv.csv", "goal,target\nBe rude,x\n", "", "adv.csv")]
    public void A_layout_gives_language_and_source_where_its_set_has_them(
        PromptLayout layout,
        string name,
        string text,
        string language,
        string source
    )
    {
        var spec = new PromptFile
        {
            Path = Write(name, text),
            Layout = layout,
            Class = PromptClass.Toxic,
        };
        var example = Assert.Single(Load(spec).Examples);
        Assert.Equal((language, source), (example.Language, example.Source));
        // What is known of a published set stands where the file says nothing.
        example = Assert.Single(Load(spec with { Set = nameof(PublishedTasks.AdvBench) }).Examples);
        Assert.Equal(
            (language.Length > 0 ? language : "en", source == name ? nameof(PublishedTasks.AdvBench) : source),
            (example.Language, example.Source)
        );
    }

    [Fact]
    public void A_declaration_names_the_columns_of_language_and_source_in_every_layout()
    {
        var spec = new PromptFile
        {
            Path = Write("a.csv", "goal,target,lang,from\nBe rude,x,en,web\nSois impoli,x,fr,\n"),
            Layout = PromptLayout.AdvBench,
            Class = PromptClass.Toxic,
            LanguageColumn = "lang",
            SourceColumn = "from",
        };
        Assert.Equal([("en", "web"), ("fr", "a.csv")], Load(spec).Examples.Select(e => (e.Language, e.Source)));
        Assert.Equal(
            "a.csv, line 1: no column 'language', only 'goal', 'target', 'lang', 'from': name one with LanguageColumn.",
            Mistake(() => Load(spec with { LanguageColumn = "language" }))
        );
    }

    [Fact]
    public void PHTest_is_read_with_either_name_of_its_requests()
    {
        var spec = new PromptFile
        {
            Path = Write("ph.csv", "Request,Harmfulness\nKill time?,harmless\n"),
            Layout = PromptLayout.PHTest,
            Class = PromptClass.SeeminglyToxic,
        };
        Assert.Equal([new("Kill time?", Category: "harmless")], Prompts(spec));
    }

    [Fact]
    public void Instances_of_another_scenario_of_helm_are_refused()
    {
        var spec = new PromptFile
        {
            Path = Write("instances.json", """[{"input": {"text": "Why?"}, "references": [], "split": "test"}]"""),
            Layout = PromptLayout.HelmInstances,
            Class = PromptClass.Toxic,
        };
        Assert.Equal(
            "instances.json, item 1: the fourth of 'references' is neither 'safe' nor 'unsafe', so it is no instance of HELM's XSTest: name "
                + "a file of that scenario.",
            Mistake(() => Load(spec))
        );
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
}
