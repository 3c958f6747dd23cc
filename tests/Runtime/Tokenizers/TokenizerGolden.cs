using System.IO.Compression;
using System.Text.Json;
using DcrDsl.Tokenizers;

namespace DcrDsl.Runtime.Tests.Tokenizers;

/// <summary>The golden tokenizers: families, their case files, and the comparison of one case.</summary>
static class TokenizerGolden
{
    const string Root = "tokenizers";

    /// <summary>Every folder with cases of a family; whether it must load is in families.json.</summary>
    public static IEnumerable<string> Families() =>
        Folders(folder => HasFile(folder, "cases.jsonl") && !Path.GetFileName(folder).StartsWith("truncpad-", StringComparison.Ordinal));

    public static IEnumerable<string> WithLengths() =>
        Folders(folder => Path.GetFileName(folder).StartsWith("truncpad-", StringComparison.Ordinal));

    public static IEnumerable<string> WithPretokens() => Folders(folder => HasFile(folder, "pretokens.jsonl"));

    static IEnumerable<string> Folders(Func<string, bool> wanted) =>
        Golden.TryFolder(Root) is { } root
            ? Directory
                .GetDirectories(root)
                .Where(folder => File.Exists(Path.Combine(folder, "tokenizer.json")) && wanted(folder))
                .Select(folder => Path.GetFileName(folder)!)
                .Order(StringComparer.Ordinal)
            : [];

    static bool HasFile(string folder, string file) =>
        File.Exists(Path.Combine(folder, file)) || File.Exists(Path.Combine(folder, file + ".gz"));

    public static string Folder(string family) => Path.Combine(Golden.Folder(Root), family);

    /// <summary>Opens a family; one marked optional that is refused skips the test, and must name the refused part.</summary>
    public static HuggingFaceTokenizer Open(string family)
    {
        try
        {
            return HuggingFaceTokenizer.Open(Path.Combine(Folder(family), "tokenizer.json"));
        }
        catch (TokenizerException e) when (IsOptional(family))
        {
            Assert.SkipWhen(e.Message.Contains(".type", StringComparison.Ordinal), $"the optional family {family} is refused: {e.Message}");
            throw;
        }
    }

    static bool IsOptional(string family)
    {
        using var families = Golden.Json(Golden.Folder(Root), "families.json");
        return families
            .RootElement.GetProperty("cases")
            .EnumerateArray()
            .Any(f => f.GetProperty("name").GetString() == family && f.GetProperty("supported").ValueKind == JsonValueKind.String);
    }

    /// <summary>The lines of a .jsonl file: they end in \n only, since the texts hold every other line end.</summary>
    public static IEnumerable<JsonElement> Lines(string folder, string file)
    {
        using var reader = new StreamReader(Golden.Open(folder, file));
        foreach (string line in reader.ReadToEnd().Split('\n'))
        {
            if (line.Length == 0)
                continue;
            using var document = JsonDocument.Parse(line);
            yield return document.RootElement.Clone();
        }
    }

    /// <summary>
    /// The reference's ids are unsigned; those beyond an int are in no vocabulary, and neither is the negative number they become here.
    /// </summary>
    public static int[] Ids(JsonElement list) => [.. list.EnumerateArray().Select(id => unchecked((int)id.GetUInt32()))];

    public static (int, int)[] Ranges(JsonElement list) => [.. list.EnumerateArray().Select(r => (r[0].GetInt32(), r[1].GetInt32()))];

    public static string[] Texts(JsonElement list) => [.. list.EnumerateArray().Select(t => t.GetString()!)];

    /// <summary>Compares everything that one line of cases.jsonl says.</summary>
    public static void CompareEncoding(HuggingFaceTokenizer tokenizer, JsonElement line)
    {
        string text = line.GetProperty("text").GetString()!,
            shown = JsonSerializer.Serialize(text.Length > 80 ? text[..80] : text);
        var encoding = tokenizer.Encode(text, addSpecialTokens: true);
        int[] with = Ids(line.GetProperty("ids_with_special"));
        int[] without = line.TryGetProperty("ids_without_special", out var other) ? Ids(other) : with;
        Same(with, encoding.Ids, "ids", shown);
        Same(Texts(line.GetProperty("tokens")), encoding.Tokens, "tokens", shown);
        var points = Ranges(line.GetProperty("offsets"));
        Same(points, encoding.Offsets, "offsets", shown);
        Same(line.TryGetProperty("offsets_utf16", out var units) ? Ranges(units) : points, encoding.OffsetsUtf16, "offsets_utf16", shown);
        Same(without, tokenizer.Encode(text, addSpecialTokens: false).Ids, "ids without special", shown);
        Same(with, tokenizer.EncodeIds(text, addSpecialTokens: true), "EncodeIds", shown);
        Same(without, tokenizer.EncodeIds(text, addSpecialTokens: false), "EncodeIds without special", shown);
        Same([line.GetProperty("decoded_keep_special").GetString()!], [tokenizer.Decode(with, skipSpecialTokens: false)], "decoded", shown);
        Same(
            [line.GetProperty("decoded_skip_special").GetString()!],
            [tokenizer.Decode(with, skipSpecialTokens: true)],
            "decoded without special",
            shown
        );
    }

    public static void CompareDecoding(HuggingFaceTokenizer tokenizer, JsonElement line)
    {
        int[] ids = Ids(line.GetProperty("ids"));
        Assert.Equal(line.GetProperty("keep_special").GetString(), tokenizer.Decode(ids, skipSpecialTokens: false));
        Assert.Equal(line.GetProperty("skip_special").GetString(), tokenizer.Decode(ids, skipSpecialTokens: true));
    }

    public static void CompareStream(HuggingFaceTokenizer tokenizer, JsonElement line)
    {
        int[] ids = Ids(line.GetProperty("ids"));
        bool skip = line.GetProperty("skip_special").GetBoolean();
        Same(
            Texts(line.GetProperty("prefixes")),
            [.. Enumerable.Range(1, ids.Length).Select(k => tokenizer.Decode(ids.AsSpan(0, k), skip))],
            "prefixes",
            line.ToString()
        );
        var stream = tokenizer.DecodeStream(skip);
        string?[] chunks = [.. line.GetProperty("chunks").EnumerateArray().Select(c => c.GetString())];
        Same(chunks, [.. ids.Take(chunks.Length).Select(stream.Step)], "chunks", line.ToString());
    }

    public static void Same<T>(IReadOnlyList<T> expected, IReadOnlyList<T> actual, string what, string where)
    {
        if (!expected.SequenceEqual(actual))
            Assert.Fail($"{what} of {where}:\nexpected {string.Join(" · ", expected)}\nactual   {string.Join(" · ", actual)}");
    }

    /// <summary>A tokenizer.json that is stored gzipped, written out so that it can be opened.</summary>
    public static string Unpacked(string gzip)
    {
        string path = TemporaryFiles.Place("tokenizer.json");
        using var source = new GZipStream(File.OpenRead(gzip), CompressionMode.Decompress);
        using var target = File.Create(path);
        source.CopyTo(target);
        return path;
    }
}
