using System.Text.Json.Nodes;
using DcrDsl.Data.Chat;
using DcrDsl.Data.Corpus;

namespace DcrDsl.Runtime.Tests.Data;

/// <summary>A tokenizer and its chat format are opened without a model.</summary>
public sealed class ChatDirectoryTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("dcrdsl").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_Hugging_Face_directory_needs_no_weights_and_no_config()
    {
        using var checkpoint = new TinyCheckpoint();
        foreach (string file in new[] { "tokenizer.json", "tokenizer_config.json", "chat_template.jinja" })
            File.Copy(checkpoint.In(file), Path.Combine(folder, file));

        var chat = ChatDirectory.Open(folder);

        var whole = HuggingFaceChat.Open(checkpoint.Folder);
        Assert.Equal(TinyCheckpoint.VocabularySize, chat.VocabularySize);
        Assert.Equal(whole.Prompt("How do I kill a process?"), chat.Prompt("How do I kill a process?"));
        var (expected, actual) = (whole.Answered("Hello", "Good day"), chat.Answered("Hello", "Good day"));
        Assert.Equal(expected.Tokens, actual.Tokens);
        Assert.Equal(expected.ResponseStart, actual.ResponseStart);
        Assert.Equal(whole.EndToken, chat.EndToken);
        Assert.Equal("Good day", chat.Decode(actual.Tokens.AsSpan()[actual.ResponseStart..]));
    }

    [Fact]
    public void ToyWorlds_tokenizer_is_opened_from_the_file_that_it_writes()
    {
        var toy = new ToyWorldTokenizer();
        toy.Write(folder);

        var opened = ChatDirectory.Open(folder);

        const string prompt = "How can I kill a Python process ?";
        Assert.Equal(toy.VocabularySize, opened.VocabularySize);
        Assert.Equal(toy.UnknownWords("kill <user>, xyzzy"), opened.UnknownWords("kill <user>, xyzzy"));
        Assert.Equal(["<user>", "xyzzy"], opened.UnknownWords("kill <user>, xyzzy").Order(StringComparer.Ordinal));
        Assert.Equal(toy.Prompt(prompt), opened.Prompt(prompt));
        string file = Path.Combine(folder, "toyworld_tokenizer.json");
        Assert.Equal(
            $"{file}: ToyWorld's chat format is fixed and takes no '2024-07-26'; leave ChatTemplate, EndOfTurn and Date out.",
            Assert.Throws<InputException>(() => ChatDirectory.Open(folder, date: "2024-07-26")).Message
        );
    }

    [Fact]
    public void Tokens_of_another_ToyWorld_are_refused()
    {
        new ToyWorldTokenizer().Write(folder);
        string file = Path.Combine(folder, "toyworld_tokenizer.json");
        var json = JsonNode.Parse(File.ReadAllText(file))!;
        (json["tokens"]![10], json["tokens"]![11]) = ("b", "a");
        File.WriteAllText(file, json.ToJsonString());
        Assert.Equal(
            $"{file} has other tokens than this program's ToyWorld, whose prompts its model would misread; use the program that wrote the "
                + "model, or make the model again.",
            Assert.Throws<InputException>(() => ChatDirectory.Open(folder)).Message
        );
    }
}
