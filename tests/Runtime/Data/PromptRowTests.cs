using DcrDsl.Specs;

namespace DcrDsl.Runtime.Tests.Data;

/// <summary>What of a row makes no prompt is told, or passed over where it says nothing.</summary>
public sealed class PromptRowTests : DataFileTests
{
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
}
