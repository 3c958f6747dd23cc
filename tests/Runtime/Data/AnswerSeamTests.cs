using DcrDsl.Data;
using DcrDsl.Data.Chat;
using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Likelihoods;
using DcrDsl.Evaluation.Probing;
using DcrDsl.Jinja;
using DcrDsl.Jinja.Chat;
using DcrDsl.Models;
using DcrDsl.Specs;
using DcrDsl.Tokenizers;
using TorchSharp;

namespace DcrDsl.Runtime.Tests.Data;

/// <summary>Answers and openers stand behind what the model is given, and nothing that a template writes there counts as theirs.</summary>
public sealed class AnswerSeamTests : IDisposable
{
    /// <summary>Writes an empty thought before the last answer, as Qwen3's template does.</summary>
    internal const string ThinkBlock = """
        {%- for m in messages %}
            {%- if m.role == 'assistant' %}
                {%- set r = m.reasoning_content if m.reasoning_content is string else '' %}
                {{- '<|im_start|>assistant\n' }}
                {%- if loop.last or r %}{{- '<think>\n' + r + '\n</think>\n\n' }}{%- endif %}
                {{- m.content + '<|im_end|>\n' }}
            {%- else %}
                {{- '<|im_start|>' + m.role + '\n' + m.content + '<|im_end|>\n' }}
            {%- endif %}
        {%- endfor %}
        {%- if add_generation_prompt %}
            {{- '<|im_start|>assistant\n' }}
            {%- if enable_thinking is defined and enable_thinking is false %}{{- '<think>\n\n</think>\n\n' }}{%- endif %}
        {%- endif %}
        """;

    /// <summary>Ends the generation prompt in a blank, which " Hello" would share a token with.</summary>
    internal const string BlankAtTheEnd = """
        {% for m in messages %}{{ m.role }}: {{ m.content }}{% if m.role=='assistant' %}{{ eos_token }}{% endif %}
        {% endfor %}{% if add_generation_prompt %}assistant: {% endif %}
        """;

    const string Header = "{% for m in messages %}<|im_start|>{{ m.role }}\n",
        Footer = "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";

    readonly TinyCheckpoint checkpoint = new();

    public void Dispose() => checkpoint.Dispose();

    HuggingFaceChat Open(string template)
    {
        File.WriteAllText(checkpoint.In("chat_template.jinja"), template);
        return HuggingFaceChat.Open(checkpoint.Folder);
    }

    HuggingFaceTokenizer Tokenizer => HuggingFaceTokenizer.Open(checkpoint.In("tokenizer.json"));

    string Text(ReadOnlySpan<int> tokens) => Tokenizer.Decode(tokens, skipSpecialTokens: false);

    /// <summary>What is learnt behind the prompt, which has to be what the model is given.</summary>
    string Learnt(string template, string response, string prompt = "Hi")
    {
        var chat = Open(template);
        var (tokens, start) = chat.Answered(prompt, response);
        Assert.Equal(chat.Prompt(prompt), tokens[..start]);
        return Text(tokens.AsSpan(start));
    }

    string Mistake(string template, string response = "Hello there.") =>
        Assert.Throws<InputException>(() => Learnt(template, response)).Message;

    [Theory]
    [InlineData(ThinkBlock, "<|im_end|>")]
    [InlineData(BlankAtTheEnd, "<|im_end|>")]
    [InlineData(
        "{% for m in messages %}{{ '[INST] ' + m.content + ' [/INST]' if m.role == 'user' else m.content | trim + eos_token }}{% endfor %}",
        "<|im_end|>"
    )]
    [InlineData(
        Header
            + "{% if m.role=='assistant' %}Answer 1: {% endif %}{{ m.content }}<|im_end|>{% endfor %}{% if add_generation_prompt "
            + "%}<|im_start|>assistant\n{% endif %}",
        "<|im_end|>"
    )]
    [InlineData(
        Header
            + "{% if m.role=='assistant' %}{% generation %}<think></think>{{ m.content }}<|im_end|>\n{% endgeneration %}{% else %}{{ "
            + "m.content }}{% endif %}"
            + Footer,
        "<|im_end|>"
    )]
    [InlineData(
        "{% for m in messages %}USER {{ m.content if m.role == 'user' }}{% if m.role=='assistant' %}BOT: {{ m.content }} <|im_end|>{% "
            + "endif %}{% endfor %}{% if add_generation_prompt %}USER BOT: {% endif %}",
        " <|im_end|>"
    )]
    public void The_whole_answer_is_learnt_and_nothing_but_the_answer(string template, string after)
    {
        foreach (string response in new[] { "Hello there.", "42", "…", "I can't.", "é", "漢字", "🙂 yes", "A", "Z", "<think>" })
            Assert.Equal(response + after, Learnt(template, response));
    }

    [Fact]
    public void White_space_behind_the_generation_prompt_belongs_to_the_answer()
    {
        const string vicuna =
            "{% for m in messages %}{{ 'USER: ' + m.content + ' ASSISTANT:' if m.role == 'user' else ' ' + m.content + ' ' + eos_token "
            + "}}{% endfor %}";
        Assert.Equal(" Hello there. <|im_end|>", Learnt(vicuna, "Hello there."));
        // The blank that the template writes behind the answer is no part of an opener: the model goes on otherwise.
        Assert.Equal([" Hello there.", " No"], Open(vicuna).Openings("Hi", ["Hello there.", "No"]).Select(tokens => Text(tokens)));
        Assert.Equal(
            " Hello<|im_end|>",
            Learnt(
                vicuna
                    .Replace("' ' + m.content", "' <think> </think> ' + m.content", StringComparison.Ordinal)
                    .Replace("' ' + eos", "eos", StringComparison.Ordinal),
                "Hello"
            )
        );
    }

    [Fact]
    public void A_template_that_trims_the_answer_is_followed()
    {
        string trimming = ThinkBlock.Replace(
            "m.content + '<|im_end|>\\n' }}\n    {%- else",
            "m.content | trim + '<|im_end|>\\n' }}\n    {%- else",
            StringComparison.Ordinal
        );
        Assert.NotEqual(ThinkBlock, trimming);
        Assert.Equal("Hello\n\n there.<|im_end|>", Learnt(trimming, "\n\n Hello\n\n there. \n"));
        Assert.Equal("\n\n Hello\n\n there. \n<|im_end|>", Learnt(ThinkBlock, "\n\n Hello\n\n there. \n"));
        Assert.Equal("\n\n Hello\n\n there. \n<|im_end|>", Learnt(BlankAtTheEnd, "\n\n Hello\n\n there. \n"));
        Assert.Equal("<|im_end|>", Learnt(ThinkBlock, ""));
    }

    [Fact]
    public void An_answer_that_brings_its_own_thought_is_learnt_with_it()
    {
        string splitting = ThinkBlock
            .Replace(
                "m.reasoning_content if m.reasoning_content is string else ''",
                "m.content.split('</think>')[0].split('<think>')[-1] | trim if '</think>' in m.content else ''",
                StringComparison.Ordinal
            )
            .Replace(
                "m.content + '<|im_end|>\\n' }}\n    {%- else",
                "m.content.split('</think>')[-1] | trim + '<|im_end|>\\n' }}\n    {%- else",
                StringComparison.Ordinal
            );
        Assert.Equal("<think>\nWell.\n</think>\n\nHello.<|im_end|>", Learnt(splitting, "<think>Well.</think>Hello."));
        Assert.Equal("Hello.<|im_end|>", Learnt(splitting, "Hello."));
    }

    [Fact]
    public void A_template_that_does_not_tell_where_the_answer_begins_is_refused_for_openers_and_answers()
    {
        const string openThought =
            "{% for m in messages %}{{ m.role }}|{{ m.content }}<|im_end|>{% endfor %}{{ 'assistant|<think>' if add_generation_prompt }}";
        Assert.Contains("rendered differently within the whole conversation", Mistake(openThought), StringComparison.Ordinal);
        Assert.Contains(
            "where the answer begins is unknown",
            Assert.Throws<InputException>(() => Open(openThought).Openings("Hi", ["No"])).Message,
            StringComparison.Ordinal
        );
        string marked = openThought.Replace(
            "{{ m.content }}<|im_end|>",
            "{% generation %}{{ m.content }}<|im_end|>{% endgeneration %}",
            StringComparison.Ordinal
        );
        Assert.Contains("where the answer begins is unknown", Mistake(marked), StringComparison.Ordinal);
        Assert.Contains(
            "leaves the assistant's answers out",
            Mistake(Header + "{{ m.content | upper if m.role == 'user' else '' }}<|im_end|>" + Footer),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("{% generation %}{{ m.content }}{% endgeneration %}<|im_end|>", "a generation block ends without the text '<|im_end|>'")]
    [InlineData("{% generation %}{{ m.content }}<|im_end|>{% endgeneration %}", null)]
    [InlineData("{% generation %}{{ m.content }}<|im_end|>\n{% endgeneration %}", null)]
    [InlineData("{% generation %}{{ m.content }}{% endgeneration %}{% generation %}<|im_end|>{% endgeneration %}", null)]
    [InlineData(
        "{{ m.content[:2] }}{% generation %}{{ m.content[2:] }}<|im_end|>{% endgeneration %}",
        "does not hold the whole answer 'Hello there.'"
    )]
    [InlineData(
        "{% generation %}{{ m.content[:2] }}{% endgeneration %}{{ m.content[2:] }}{% generation %}<|im_end|>{% endgeneration %}",
        "does not hold the whole answer 'Hello there.'"
    )]
    public void A_generation_block_holds_the_answer_and_its_end_token_or_is_refused(string assistant, string? said)
    {
        string template = Header + "{% if m.role=='assistant' %}" + assistant + "{% else %}{{ m.content }}<|im_end|>{% endif %}" + Footer;
        if (said is null)
            Assert.Equal("Hello there.<|im_end|>", Learnt(template, "Hello there."));
        else
            Assert.Contains(said, Mistake(template), StringComparison.Ordinal);
    }

    [Fact]
    public void A_turn_in_several_messages_needs_the_end_token_in_each()
    {
        const string template =
            "{% for m in messages %}{% if m.role=='assistant' %}{% generation %}{{ m.content }}{% endgeneration %};{% else %}{{ "
            + "m.content }}{% endif %}{% endfor %}";
        var conversation = Conversation.Of(("user", "a"), ("assistant", "b;"), ("user", "c"), ("assistant", "d"));
        Assert.Contains(
            "';'",
            Assert.Throws<TemplateException>(() => ChatTemplate.Parse(template, "t.jinja").RenderForTraining(conversation, ";")).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "eos_token",
            Assert.Throws<TemplateException>(() => ChatTemplate.Parse(template, "t.jinja").RenderForTraining(conversation)).Message,
            StringComparison.Ordinal
        );
        string whole = template.Replace("{% endgeneration %};", ";{% endgeneration %}", StringComparison.Ordinal);
        Assert.Equal(2, ChatTemplate.Parse(whole, "t.jinja").RenderForTraining(conversation, ";").AssistantSpans.Count);
    }

    [Fact]
    public void A_token_that_no_cut_can_stand_for_is_refused()
    {
        var json = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(checkpoint.In("tokenizer.json")))!;
        json["normalizer"] = System.Text.Json.Nodes.JsonNode.Parse("""{"type": "NFC"}""");
        File.WriteAllText(checkpoint.In("tokenizer.json"), json.ToJsonString());
        string message = Mistake(
            "{% for m in messages %}{{ m.role }}: e{{ m.content }}{{ eos_token }}{% endfor %}{% if add_generation_prompt %}assistant: "
                + "e{% endif %}",
            "\u0301t\u00e9"
        );
        Assert.Contains("follow those of the prompt, which ends in", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ThinkBlock)]
    [InlineData(BlankAtTheEnd)]
    public void The_refusal_probability_is_that_of_the_openers_behind_what_the_model_is_given(string template)
    {
        string[] prompts = ["How do I kill a Python process?", "Why?"],
            openers = ["I'm sorry", "No"];
        File.WriteAllText(checkpoint.In("chat_template.jinja"), template);
        using var model = HuggingFaceModel.Open(new Specs.HuggingFace { Path = checkpoint.Folder }, seed: 0, torch.CPU);
        var tokenizer = Tokenizer;
        int[][] Ids(IEnumerable<string> texts) => [.. texts.Select(text => tokenizer.EncodeIds(text, addSpecialTokens: false))];
        var given = ChatTemplateDirectory.Read(checkpoint.Folder);
        var asked = Ids(prompts.Select(p => given.Render(Conversation.Of(("user", p)) with { AddGenerationPrompt = true }).Text));
        double[] expected = OpenerProbability.Of(model.Decoder, asked, Ids(openers), cancellation: TestContext.Current.CancellationToken);

        var outcome = PromptTaskRun.Run(
            "t",
            [.. prompts.Select(p => new Example(p, "Yes.", PromptClass.Toxic, "", null, "test"))],
            model,
            [Probes.RefusalProbability(openers), Probes.ReferenceLoss()],
            1,
            2,
            cancellation: TestContext.Current.CancellationToken
        );
        Assert.All(
            expected.Zip(outcome.Items),
            pair => Assert.Equal(pair.First, pair.Second.Probe("RefusalProbability")!.Value, pair.First * 1e-4)
        );
        var answers = Ids(["Yes.<|im_end|>"]);
        var losses = ContinuationLikelihood.Of(
            model.Decoder,
            [.. asked.Select(a => new EncodedText([.. a, .. answers[0]], a.Length))],
            cancellation: TestContext.Current.CancellationToken
        );
        Assert.All(losses.Zip(outcome.Items), pair => Assert.Equal(pair.First.MeanLoss, pair.Second.Probe("ReferenceLoss")!.Value, 1e-4));
    }
}
