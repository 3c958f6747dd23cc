using System.Diagnostics;
using DcrDsl.Tokenizers;
using static DcrDsl.Runtime.Tests.Tokenizers.TokenizerGolden;

namespace DcrDsl.Runtime.Tests.Tokenizers;

/// <summary>Everything the reference library (tokenizers 0.23.3) says of each family, exactly.</summary>
public class GoldenTokenizerTests
{
    public static TheoryData<string> AllFamilies => [.. Families()];

    public static TheoryData<string> FamiliesWithPretokens => [.. WithPretokens()];

    public static TheoryData<string> FamiliesWithLengths => [.. WithLengths()];

    [Theory(SkipTestWithoutData = true), MemberData(nameof(AllFamilies))]
    public void Ids_tokens_offsets_and_decoding_are_those_of_the_reference(string family)
    {
        var tokenizer = Open(family);
        foreach (var line in Lines(Folder(family), "cases.jsonl"))
            CompareEncoding(tokenizer, line);
    }

    [Theory(SkipTestWithoutData = true), MemberData(nameof(AllFamilies))]
    public void Any_list_of_ids_decodes_as_in_the_reference(string family)
    {
        var tokenizer = Open(family);
        foreach (var line in Lines(Folder(family), "decode.jsonl"))
            CompareDecoding(tokenizer, line);
    }

    [Theory(SkipTestWithoutData = true), MemberData(nameof(AllFamilies))]
    public void Streaming_gives_the_chunks_of_the_reference(string family)
    {
        var tokenizer = Open(family);
        foreach (var line in Lines(Folder(family), "stream.jsonl"))
            CompareStream(tokenizer, line);
    }

    [Theory(SkipTestWithoutData = true), MemberData(nameof(AllFamilies))]
    public void Special_tokens_in_the_text_can_be_read_as_text(string family)
    {
        var tokenizer = Open(family);
        foreach (var line in Lines(Folder(family), "split-special.jsonl"))
        {
            string text = line.GetProperty("text").GetString()!;
            int[] expected = Ids(line.GetProperty("ids_without_special"));
            Same(expected, tokenizer.EncodeIds(text, addSpecialTokens: false, splitSpecialTokens: true), "ids", text);
            Same(expected, tokenizer.Encode(text, addSpecialTokens: false, splitSpecialTokens: true).Ids, "ids", text);
        }
    }

    [Theory(SkipTestWithoutData = true), MemberData(nameof(FamiliesWithPretokens))]
    public void Pieces_before_the_model_are_those_of_the_reference(string family)
    {
        var tokenizer = Open(family);
        foreach (var line in Lines(Folder(family), "pretokens.jsonl"))
        {
            string text = line.GetProperty("text").GetString()!;
            string[] expected = [.. line.GetProperty("pieces").EnumerateArray().Select(p => p[0].GetString()!)];
            Same(expected, [.. tokenizer.PreTokenize(text).Select(piece => piece.Characters.ToString())], "pieces", text);
        }
    }

    [Theory(SkipTestWithoutData = true), MemberData(nameof(FamiliesWithLengths))]
    public void Truncation_and_padding_sections_are_applied_on_request(string family)
    {
        var tokenizer = Open(family);
        foreach (var line in Lines(Folder(family), "cases.jsonl"))
        {
            string text = line.GetProperty("text").GetString()!;
            var encoding = tokenizer.EncodeWithFileLengths(text, line.GetProperty("add_special_tokens").GetBoolean());
            Same(Ids(line.GetProperty("ids")), encoding.Ids, "ids", text);
            Same(Texts(line.GetProperty("tokens")), encoding.Tokens, "tokens", text);
            Same(Ranges(line.GetProperty("offsets")), encoding.Offsets, "offsets", text);
            Same(Ids(line.GetProperty("attention_mask")), encoding.AttentionMask, "attention mask", text);
            Same(Ids(line.GetProperty("type_ids")), encoding.TypeIds, "type ids", text);
            Same(Ids(line.GetProperty("special_tokens_mask")), encoding.SpecialTokensMask, "special tokens mask", text);
            var overflowing = line.GetProperty("overflowing").EnumerateArray().Select(Ids).ToArray();
            Assert.Equal(overflowing.Length, encoding.Overflowing.Count);
            for (int k = 0; k < overflowing.Length; k++)
                Same(overflowing[k], encoding.Overflowing[k].Ids, "overflowing", text);
        }
    }

    [Fact]
    public void Vocabulary_sizes_are_those_of_the_reference()
    {
        using var families = Golden.Json(Golden.Folder("tokenizers"), "families.json");
        foreach (
            var family in families
                .RootElement.GetProperty("cases")
                .EnumerateArray()
                .Where(f => f.GetProperty("supported").ValueKind == System.Text.Json.JsonValueKind.True)
        )
        {
            string name = family.GetProperty("name").GetString()!;
            Assert.Equal(family.GetProperty("vocab_size_with_added").GetInt32(), Open(name).VocabularySize);
        }
    }

    [Fact]
    public void Damaged_and_unsupported_files_are_refused_by_the_name_of_the_part()
    {
        string folder = Path.Combine(Golden.Folder("tokenizers"), "refuse");
        Assert.SkipUnless(Directory.Exists(folder), "the golden set at hand has no refuse folder");
        using var cases = Golden.Json(folder, "cases.json");
        foreach (var entry in cases.RootElement.EnumerateArray())
        {
            string file = entry.GetProperty("file").GetString()!;
            long before = GC.GetAllocatedBytesForCurrentThread();
            var clock = Stopwatch.StartNew();
            var error = Record.Exception(() => HuggingFaceTokenizer.Open(Path.Combine(folder, file)));
            Assert.True(clock.ElapsedMilliseconds < 1000, $"{file} took {clock.ElapsedMilliseconds} ms");
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 64 << 20, $"{file} took much memory");
            if (entry.GetProperty("expected").GetString() == "load")
            {
                Assert.Null(error);
                continue;
            }
            var refusal = Assert.IsType<TokenizerException>(error);
            Assert.Contains(entry.GetProperty("component").GetString()!, refusal.Message[Path.Combine(folder, file).Length..]);
            Assert.StartsWith(Path.Combine(folder, file), refusal.Message);
            Assert.EndsWith(".", refusal.Message);
            Assert.Contains("; ", refusal.Message);
            Assert.DoesNotContain("\n", refusal.Message);
        }
    }
}
