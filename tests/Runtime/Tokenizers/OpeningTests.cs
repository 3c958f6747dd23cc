using System.Diagnostics;
using System.IO.Compression;
using DcrDsl.Tokenizers;

namespace DcrDsl.Runtime.Tests.Tokenizers;

/// <summary>A tokenizer needs no model beside it.</summary>
public sealed class OpeningTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("dcrdsl-tokenizer-").FullName;

    public OpeningTests()
    {
        using var zipped = System.IO.File.OpenRead(Path.Combine(Golden.Own("templates"), "tokenizer.json.gz"));
        using var text = new GZipStream(zipped, CompressionMode.Decompress);
        using var file = System.IO.File.Create(File);
        text.CopyTo(file);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    string File => Path.Combine(folder, "tokenizer.json");

    [Fact]
    public void A_directory_with_nothing_but_a_tokenizer_opens_and_encodes_decodes_and_streams()
    {
        var tokenizer = HuggingFaceTokenizer.Open(folder);
        Assert.Equal(1501, tokenizer.IdOf("<|im_end|>"));
        int[] ids = tokenizer.EncodeIds("How do I kill a Python process?<|im_end|>", addSpecialTokens: false);
        Assert.Equal(1501, ids[^1]);
        Assert.Equal("How do I kill a Python process?", tokenizer.Decode(ids, skipSpecialTokens: true));
        Assert.Equal("How do I kill a Python process?<|im_end|>", tokenizer.Decode(ids, skipSpecialTokens: false));
        var stream = tokenizer.DecodeStream(skipSpecialTokens: true);
        Assert.Equal("How do I kill a Python process?", string.Concat(ids.Select(stream.Step)));
        Assert.Equal(ids, HuggingFaceTokenizer.Open(File).EncodeIds("How do I kill a Python process?<|im_end|>", addSpecialTokens: false));
    }

    [Fact]
    public void A_link_is_followed_and_what_has_no_length_is_not_waited_for()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need rights and pipes are no files on Windows");
        string link = Path.Combine(folder, "link.json"),
            pipe = Path.Combine(folder, "pipe.json");
        System.IO.File.CreateSymbolicLink(link, File);
        Assert.Equal(1501, HuggingFaceTokenizer.Open(link).IdOf("<|im_end|>"));
        using (var process = Process.Start("mkfifo", [pipe]))
            process.WaitForExit();
        Assert.StartsWith(pipe + ": json:", Assert.Throws<TokenizerException>(() => HuggingFaceTokenizer.Open(pipe)).Message);
    }
}
