using DcrDsl.Data.Chat;
using DcrDsl.Jinja;
using DcrDsl.Jinja.Chat;
using DcrDsl.Models;
using DcrDsl.Tokenizers;
using TorchSharp;

namespace DcrDsl.Runtime.Tests.Data;

public sealed class HuggingFaceChatTests : IDisposable
{
    readonly TinyCheckpoint checkpoint = new();

    public void Dispose() => checkpoint.Dispose();

    HuggingFaceChat Open(string? endOfTurn = null) => HuggingFaceChat.Open(checkpoint.Folder, endOfTurn: endOfTurn);

    string Mistake(string? endOfTurn = null) => Assert.Throws<InputException>(() => Open(endOfTurn)).Message;

    [Fact]
    public void A_prompt_is_rendered_up_to_the_assistants_header()
    {
        var chat = Open();
        var tokenizer = HuggingFaceTokenizer.Open(checkpoint.In("tokenizer.json"));
        int[] tokens = chat.Prompt("How do I kill a Python process?");
        Assert.Equal(
            "<|im_start|>user\nHow do I kill a Python process?<|im_end|>\n<|im_start|>assistant\n",
            tokenizer.Decode(tokens, skipSpecialTokens: false)
        );
        Assert.Equal(
            tokenizer.EncodeIds(
                "<|im_start|>user\nHow do I kill a Python process?<|im_end|>\n<|im_start|>assistant\n",
                addSpecialTokens: false
            ),
            tokens
        );
    }

    [Fact]
    public void An_answer_follows_the_prompts_tokens_and_ends_with_the_end_token()
    {
        var chat = Open();
        var (tokens, start) = chat.Answered("Why is the sky blue?", "Because of scattering.");
        Assert.Equal(chat.Prompt("Why is the sky blue?"), tokens[..start]);
        Assert.Equal(1501, tokens[^1]);
        Assert.Equal("Because of scattering.", chat.Decode(tokens.AsSpan(start)));
    }

    [Fact]
    public void Stop_tokens_are_the_end_of_a_turn_and_those_of_generation_config()
    {
        var chat = Open();
        Assert.Equal([1501, 1502], chat.StopTokens);
        Assert.Equal((1501, 1502), (chat.EndToken, chat.PadToken));
        File.Delete(checkpoint.In("generation_config.json"));
        Assert.Equal([1501], Open().StopTokens);
        Assert.Equal([1509, 1501], HuggingFaceChat.Open(checkpoint.Folder, endOfTurn: "<eos>").StopTokens.Concat([1501]));
    }

    [Fact]
    public void A_text_longer_than_the_model_takes_is_refused()
    {
        string message = Assert
            .Throws<InputException>(() => Open().Prompt(string.Concat(Enumerable.Repeat("kill the process ", 100))))
            .Message;
        Assert.Contains("the model takes 128 (max_position_embeddings)", message);
    }

    [Theory]
    [InlineData("tokenizer_config.json", "{}", "no eos_token")]
    [InlineData("tokenizer_config.json", """{"eos_token": "<|no such|>"}""", "is not one token of tokenizer.json")]
    [InlineData("generation_config.json", """{"eos_token_id": "2"}""", "generation_config.json: eos_token_id is \"2\"")]
    [InlineData("generation_config.json", """{"eos_token_id": [2,""", "generation_config.json is not valid JSON, line 1")]
    [InlineData("generation_config.json", "[]", "is not a JSON object")]
    public void A_damaged_file_is_named(string file, string content, string said)
    {
        File.WriteAllText(checkpoint.In(file), content);
        Assert.Contains(said, Mistake());
    }

    [Fact]
    public void A_checkpoint_without_a_template_says_where_one_goes()
    {
        File.Delete(checkpoint.In("chat_template.jinja"));
        Assert.Contains("the tokenizer has no chat template", Mistake());
    }

    [Theory]
    [InlineData("{{ strftime_now('%d %b %Y') }}")]
    [InlineData("{% set today = strftime_now('%d %b %Y') %}{{ today }}")]
    [InlineData("{% if not add_generation_prompt %}{{ strftime_now('%d %b %Y') }}{% endif %}")]
    public void A_template_that_asks_for_the_date_is_refused_when_it_is_opened_unless_one_is_given(string dated)
    {
        string chatml = File.ReadAllText(checkpoint.In("chat_template.jinja"));
        File.WriteAllText(checkpoint.In("chat_template.jinja"), chatml + dated);
        string message = Mistake();
        Assert.Contains("chat_template.jinja:", message, StringComparison.Ordinal);
        Assert.Contains(
            "asks for today's date (strftime_now), and none is given; set Date of the HuggingFace model",
            message,
            StringComparison.Ordinal
        );
        Assert.Equal(
            message,
            Assert
                .Throws<InputException>(() =>
                    HuggingFaceModel.Open(new Specs.HuggingFace { Path = checkpoint.Folder }, seed: 0, torch.META)
                )
                .Message
        );
        HuggingFaceChat.Open(checkpoint.Folder, date: "2024-07-26");
    }

    [Fact]
    public void The_template_is_told_the_date_that_the_model_declares_and_no_other()
    {
        File.WriteAllText(
            checkpoint.In("chat_template.jinja"),
            "{% set day = strftime_now('%d %b %Y') if strftime_now is defined else 'no day' %}{% for m in messages %}{{ day }}: {{ "
                + "m.content }}<|im_end|>{% endfor %}"
        );
        var tokenizer = HuggingFaceTokenizer.Open(checkpoint.In("tokenizer.json"));
        string Asked(string? date)
        {
            using var model = HuggingFaceModel.Open(new Specs.HuggingFace { Path = checkpoint.Folder, Date = date }, seed: 0, torch.META);
            return tokenizer.Decode(model.Chat.Prompt("Hi"), skipSpecialTokens: false);
        }
        Assert.Equal("no day: Hi<|im_end|>", Asked(null));
        Assert.Equal("26 Jul 2024: Hi<|im_end|>", Asked("2024-07-26"));
        Assert.Equal(
            "The Date '26.7.2024' of the model is none: write year, month and day as in 2024-07-26.",
            Assert.Throws<InputException>(() => Asked("26.7.2024")).Message
        );
        Assert.Throws<InputException>(() => Asked("2024-02-30"));
    }

    [Fact]
    public void A_template_that_cannot_ask_a_simple_question_is_refused_when_it_is_opened()
    {
        File.WriteAllText(checkpoint.In("chat_template.jinja"), "{{ raise_exception('no') }}");
        Assert.Contains("refuses this conversation: no", Mistake(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_directory_opens_as_a_language_model()
    {
        using var model = HuggingFaceModel.Open(new Specs.HuggingFace { Path = checkpoint.Folder }, seed: 0, torch.CPU);
        Assert.Equal(2, model.Decoder.Config.Layers);
        Assert.Equal(TinyCheckpoint.VocabularySize, model.Chat.VocabularySize);
        using (var shapes = HuggingFaceModel.Open(new Specs.HuggingFace { Path = checkpoint.Folder }, seed: 0, torch.META))
            Assert.All(
                shapes.Decoder.Parameters.Zip(model.Decoder.Parameters),
                p =>
                    Assert.Equal(
                        (DeviceType.META, string.Join(',', p.Second.shape)),
                        (p.First.device_type, string.Join(',', p.First.shape))
                    )
            );
        File.Delete(checkpoint.In("config.json"));
        Assert.Contains(
            "has no config.json",
            Assert
                .Throws<InputException>(() => HuggingFaceModel.Open(new Specs.HuggingFace { Path = checkpoint.Folder }, 0, torch.CPU))
                .Message
        );
        Assert.Contains(
            "no model directory",
            Assert.Throws<InputException>(() => HuggingFaceModel.Open(new Specs.HuggingFace { Path = "not/there" }, 0, torch.CPU)).Message
        );
    }

    [Fact]
    public void A_template_that_does_not_parse_is_the_users_mistake_in_the_interpreters_words()
    {
        string file = checkpoint.In("chat_template.jinja");
        File.WriteAllText(file, "a\n{{ 1 | frob }}");
        Assert.Equal(Assert.Throws<TemplateException>(() => ChatTemplate.Parse("a\n{{ 1 | frob }}", file)).Message, Mistake());
        Assert.StartsWith(file + ":2: the chat template does not parse: ", Mistake(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_template_that_fails_on_a_prompt_is_the_users_mistake_wherever_it_is_asked()
    {
        string file = checkpoint.In("chat_template.jinja");
        File.WriteAllText(
            file,
            File.ReadAllText(file) + "{% if messages[0].content == 'Why?' %}{{ raise_exception('never ask') }}{% endif %}"
        );
        var chat = Open();
        string refused =
            $"{file}:1: the chat template refuses this conversation: never ask; "
            + "change the conversation as the template asks, or use another template.";
        string Said(Action ask) =>
            System.Text.RegularExpressions.Regex.Replace(Assert.Throws<InputException>(ask).Message, ":[0-9]+: ", ":1: ");
        Assert.Equal(refused, Said(() => chat.Prompt("Why?")));
        Assert.Equal(refused, Said(() => chat.Answered("Why?", "So.")));
        Assert.Equal(refused, Said(() => chat.Openings("Why?", ["No"])));
    }

    [Fact]
    public void A_tokenizer_that_cannot_be_read_is_the_users_mistake_in_its_own_words()
    {
        string file = checkpoint.In("tokenizer.json");
        File.WriteAllText(file, """{"version": "2.0"}""");
        Assert.Equal(Assert.Throws<TokenizerException>(() => HuggingFaceTokenizer.Open(file)).Message, Mistake());
        Assert.Contains("version: '2.0' is not supported (supported: 1.0)", Mistake(), StringComparison.Ordinal);
        File.Delete(file);
        Assert.Equal($"{file}: there is no such file; give the tokenizer.json of a checkpoint.", Mistake());
        Directory.CreateDirectory(file);
        Assert.Equal($"{file} is a folder: name a file in it.", Mistake());
    }

    [Fact]
    public void A_text_that_the_tokenizer_refuses_is_the_users_mistake()
    {
        string file = checkpoint.In("tokenizer.json");
        var json = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(file))!;
        json["normalizer"] = System.Text.Json.Nodes.JsonNode.Parse("""{"type": "Replace", "pattern": {"String": "a"}, "content": ""}""");
        json["normalizer"]!["content"] = new string('b', 100_000);
        File.WriteAllText(file, json.ToJsonString());
        string text = string.Concat(Enumerable.Repeat('a', 1000));
        Assert.Equal(
            Assert.Throws<TokenizerException>(() => HuggingFaceTokenizer.Open(file).EncodeIds(text, addSpecialTokens: false)).Message,
            Assert.Throws<InputException>(() => Open().Encode(text)).Message
        );
    }

    [Fact]
    public void A_plain_text_begins_with_what_the_tokenizer_puts_before_every_text()
    {
        int[] bare = Open().Encode("Why is the sky blue?");
        string file = checkpoint.In("tokenizer.json");
        var json = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(file))!;
        json["post_processor"] = System.Text.Json.Nodes.JsonNode.Parse(
            """
            {"type": "TemplateProcessing",
                "single": [{"SpecialToken": {"id": "<bos>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
                {"SpecialToken": {"id": "<eos>", "type_id": 0}}],
             "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 0}}],
             "special_tokens": {"<bos>": {"id": "<bos>", "ids": [1508], "tokens": ["<bos>"]},
                 "<eos>": {"id": "<eos>", "ids": [1509], "tokens": ["<eos>"]}}}
            """
        );
        File.WriteAllText(file, json.ToJsonString());
        Assert.Equal([1508, .. bare], Open().Encode("Why is the sky blue?"));
    }
}
