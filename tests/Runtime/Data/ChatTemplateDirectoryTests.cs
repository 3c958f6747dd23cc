using System.Text.Json;
using DcrDsl.Data.Chat;
using DcrDsl.Jinja.Chat;

namespace DcrDsl.Runtime.Tests.Data;

public sealed class ChatTemplateDirectoryTests : IDisposable
{
    readonly string directory = Directory.CreateTempSubdirectory("dcrdsl-templates-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    void Write(string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(directory, file))!);
        File.WriteAllText(Path.Combine(directory, file), text);
    }

    string Render(string? name = null, Conversation? conversation = null) =>
        ChatTemplateDirectory.Read(directory, name).Render(conversation ?? Conversation.Of(("user", "hi"))).Text;

    [Fact]
    public void A_template_in_the_config_is_read_with_its_special_tokens_as_strings_or_objects()
    {
        Write(
            "tokenizer_config.json",
            """
            {"chat_template": "{{ bos_token }}{{ messages[0].content }}{{ eos_token }}{{ pad_token is defined }}{{ image_token }}",
             "bos_token": "<s>", "eos_token": {"content": "</s>", "lstrip": false}, "pad_token": null,
                 "extra_special_tokens": {"image_token": "<img>"}}
            """
        );
        Assert.Equal("<s>hi</s>False<img>", Render());
    }

    [Fact]
    public void The_special_tokens_map_fills_in_what_the_config_leaves_out()
    {
        Write("tokenizer_config.json", """{"chat_template": "{{ bos_token }}{{ eos_token }}", "bos_token": "<a>"}""");
        Write("special_tokens_map.json", """{"bos_token": "<b>", "eos_token": "<e>"}""");
        Assert.Equal("<a><e>", Render());
    }

    [Fact]
    public void A_list_of_named_templates_gives_the_default_or_the_one_named_or_the_one_for_tools()
    {
        Write(
            "tokenizer_config.json",
            """
            {"chat_template": [{"name": "default", "template": "plain"}, {"name": "tool_use", "template": "with tools"},
                {"name": "rag", "template": "with documents"}]}
            """
        );
        Conversation tools = Conversation.Of(("user", "hi")) with { Tools = JsonSerializer.SerializeToElement(new[] { 1 }) };
        Assert.Equal("plain", Render());
        Assert.Equal("with documents", Render("rag"));
        Assert.Equal("with tools", Render(null, tools));
        Assert.Equal("plain", Render("default", tools));
        Assert.Contains(
            "name one of: default, tool_use, rag",
            Assert.Throws<InputException>(() => Render("other")).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Files_that_are_too_large_or_no_text_are_refused_before_they_are_parsed()
    {
        string Mistake() => Assert.Throws<InputException>(() => Render()).Message;
        Write("chat_template.jinja", new string('x', (4 << 20) + 1));
        Assert.Contains("chat_template.jinja: the file holds more than 4 MB", Mistake(), StringComparison.Ordinal);
        Write("chat_template.jinja", new string('x', (1 << 20) + 1));
        Assert.Contains("longer than 1048576 characters", Mistake(), StringComparison.Ordinal);
        File.Delete(Path.Combine(directory, "chat_template.jinja"));
        using (var large = File.Create(Path.Combine(directory, "tokenizer_config.json")))
            large.SetLength((64L << 20) + 1);
        Assert.Contains("tokenizer_config.json: the file holds more than 64 MB", Mistake(), StringComparison.Ordinal);
        Write("tokenizer_config.json", """{"chat_template": "\ud83d"}""");
        Assert.Contains("half a character", Mistake(), StringComparison.Ordinal);
        Write("tokenizer_config.json", """{"chat_template": "x", "eos_token": {"content": "\ud83d"}}""");
        Assert.Contains("half a character", Mistake(), StringComparison.Ordinal);
    }

    [Fact]
    public void Template_files_win_over_the_config()
    {
        Write("tokenizer_config.json", """{"chat_template": "from the config", "eos_token": "!"}""");
        Write("chat_template.jinja", "from the file{{ eos_token }}\n");
        Write("additional_chat_templates/short.jinja", "short");
        Assert.Equal("from the file!", Render());
        Assert.Equal("short", Render("short"));
    }

    [Theory]
    [InlineData("""{"bos_token": "<s>"}""", "has no chat template")]
    [InlineData("""{"chat_template": 5}""", "must be a string, or a list")]
    [InlineData("""{"chat_template": "x", "bos_token": 5}""", "bos_token must be a string or an object")]
    [InlineData("""["x"]""", "a JSON object is expected")]
    [InlineData("{\n\"chat_template\": \"x\",,}", ":2: the file is not JSON")]
    [InlineData("""{"chat_template": "a\n\n{{ x"}""", ":3: the chat template does not parse")]
    public void A_directory_that_cannot_be_used_is_one_sentence_with_the_file(string config, string problem)
    {
        Write("tokenizer_config.json", config);
        string message = Assert.Throws<InputException>(() => ChatTemplateDirectory.Read(directory)).Message;
        Assert.StartsWith(Path.Combine(directory, "tokenizer_config.json"), message, StringComparison.Ordinal);
        Assert.Contains(problem, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void A_missing_directory_says_so() =>
        Assert.Contains(
            "there is no such directory",
            Assert.Throws<InputException>(() => ChatTemplateDirectory.Read(Path.Combine(directory, "nowhere"))).Message,
            StringComparison.Ordinal
        );
}
