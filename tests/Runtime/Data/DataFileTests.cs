using System.IO.Compression;
using System.Text;
using DcrDsl.Data;
using DcrDsl.Data.Files;
using DcrDsl.Specs;

namespace DcrDsl.Runtime.Tests.Data;

/// <summary>Tests that write data files into a folder of their own.</summary>
public abstract class DataFileTests : IDisposable
{
    protected string Folder { get; } = Directory.CreateTempSubdirectory("dcrdsl").FullName;

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    protected string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    protected string Write(string name, byte[] bytes)
    {
        string path = Path.Combine(Folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    protected static byte[] Gzip(string text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return packed.ToArray();
    }

    /// <summary>The message of the mistake, with the folder cut off.</summary>
    protected string Mistake(Action act) =>
        Assert.Throws<InputException>(act).Message.Replace(Folder + Path.DirectorySeparatorChar, "", StringComparison.Ordinal);

    public sealed record Prompt(string Text, string? Response = null, string? Rejected = null, string Category = "");

    protected static Prompt[] Prompts(PromptFile spec) =>
        [.. Load(spec).Examples.Select(e => new Prompt(e.Prompt, e.Response, e.Rejected, e.Category))];

    internal static LoadedPrompts Load(PromptFile spec, IChatTokenizer? chat = null) => PromptFiles.Load(spec, chat ?? new AnyText());

    /// <summary>A tokenizer that can write anything: one token a character.</summary>
    internal sealed class AnyText : IChatTokenizer
    {
        public int VocabularySize => char.MaxValue + 1;
        public int PadToken => 0;
        public int EndToken => 1;
        public IReadOnlyList<int> StopTokens => [EndToken];

        public int[] Prompt(string prompt) => [.. prompt.Select(c => (int)c)];

        public EncodedText Answered(string prompt, string response) =>
            new([.. Prompt(prompt), .. Prompt(response), EndToken], prompt.Length);

        public int[] Encode(string text) => Prompt(text);

        public string Decode(ReadOnlySpan<int> tokens) => string.Concat(tokens.ToArray().Select(token => (char)token));

        public IReadOnlyList<string> UnknownWords(string text) => [];
    }
}
