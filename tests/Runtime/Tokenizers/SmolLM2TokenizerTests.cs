using DcrDsl.Tokenizers;
using static DcrDsl.Runtime.Tests.Tokenizers.TokenizerGolden;

namespace DcrDsl.Runtime.Tests.Tokenizers;

/// <summary>The tokenizer of a real checkpoint, SmolLM2-135M-Instruct, in full.</summary>
public class SmolLM2TokenizerTests
{
    static readonly Lazy<HuggingFaceTokenizer?> Real = new(() =>
        Golden.TryFolder("smollm2") is { } folder
        && Path.GetFullPath(Path.Combine(folder, "..", "..", "models", "smollm2-135m-instruct", "tokenizer.json.gz")) is var gzip
        && File.Exists(gzip)
            ? HuggingFaceTokenizer.Open(Unpacked(gzip))
            : null
    );

    static HuggingFaceTokenizer Tokenizer()
    {
        Assert.SkipWhen(
            Real.Value is null,
            "the checkpoint's tokenizer.json is not here: it is looked for in ../models/smollm2-135m-instruct beside the golden folder"
        );
        return Real.Value!;
    }

    [Fact]
    public void Every_case_is_that_of_the_reference()
    {
        var tokenizer = Tokenizer();
        foreach (var line in Lines(Golden.Folder("smollm2"), "tokenizer-cases.jsonl"))
            CompareEncoding(tokenizer, line);
        foreach (var line in Lines(Golden.Folder("smollm2"), "tokenizer-decode.jsonl"))
            CompareDecoding(tokenizer, line);
        foreach (var line in Lines(Golden.Folder("smollm2"), "tokenizer-stream.jsonl"))
            CompareStream(tokenizer, line);
    }
}
