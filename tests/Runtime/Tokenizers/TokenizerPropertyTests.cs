using CsCheck;
using DcrDsl.Tokenizers;
using static DcrDsl.Runtime.Tests.Tokenizers.TokenizerGolden;

namespace DcrDsl.Runtime.Tests.Tokenizers;

/// <summary>What holds for every text, on a byte-level family without a normalizer, where nothing is lost.</summary>
public class TokenizerPropertyTests
{
    const string Family = "o200k";

    static HuggingFaceTokenizer Tokenizer()
    {
        Golden.Folder("tokenizers");
        return Open(Family);
    }

    static readonly string[] Often = [" ", "  ", "\n", "\r\n", "\t", "'s", "'ſ", "e\u0301", "▁", "<|endoftext|>", "\u200D", "\uFFFE"];

    static readonly Gen<string> Character = Gen.OneOf(
        Gen.Char[' ', '~'].Select(c => c.ToString()),
        Gen.Int[0, Often.Length - 1].Select(k => Often[k]),
        Gen.Int[0x80, 0x10FFFF].Where(c => c is < 0xD800 or > 0xDFFF).Select(char.ConvertFromUtf32)
    );

    static readonly Gen<string> Text = Character.Array[0, 40].Select(string.Concat);

    [Fact]
    public void Decoding_gives_the_text_back()
    {
        var tokenizer = Tokenizer();
        Text.Sample(text => tokenizer.Decode(tokenizer.EncodeIds(text, addSpecialTokens: false), skipSpecialTokens: false) == text);
    }

    [Fact]
    public void A_lone_surrogate_counts_as_the_replacement_character()
    {
        var tokenizer = Tokenizer();
        Gen.Select(Text, Gen.Char['\uD800', '\uDFFF'], Text)
            .Sample(
                (before, lone, after) =>
                    tokenizer
                        .Encode(before + "a" + lone + "b" + after, false)
                        .Ids.SequenceEqual(tokenizer.Encode(before + "a\uFFFDb" + after, false).Ids)
            );
    }

    [Fact]
    public void Offsets_cover_the_text_in_order()
    {
        var tokenizer = Tokenizer();
        Text.Sample(text =>
        {
            int end = 0;
            var encoding = tokenizer.Encode(text, addSpecialTokens: false);
            foreach (var (start, stop) in encoding.OffsetsUtf16)
            {
                if (start > end || stop < end)
                    return false;
                end = stop;
            }
            return end == text.Length
                && encoding.Offsets.Count == encoding.Ids.Count
                && (text.Length == 0 || encoding.Offsets[^1].End == text.EnumerateRunes().Count());
        });
    }

    [Fact]
    public void Ids_alone_are_the_ids_of_the_encoding()
    {
        var tokenizer = Tokenizer();
        Gen.Select(Text, Gen.Bool, Gen.Bool)
            .Sample(
                (text, special, split) =>
                    tokenizer.Encode(text, special, split).Ids.SequenceEqual(tokenizer.EncodeIds(text, special, split))
            );
    }

    [Fact]
    public void Many_threads_on_one_tokenizer_give_what_one_thread_gives()
    {
        var shared = Tokenizer();
        Text.Array[64]
            .Sample(
                texts =>
                {
                    var alone = Tokenizer();
                    var expected = texts.Select(text => alone.EncodeIds(text, true)).ToArray();
                    var actual = new int[texts.Length][];
                    Parallel.For(
                        0,
                        texts.Length,
                        new ParallelOptions { MaxDegreeOfParallelism = 8 },
                        k => actual[k] = shared.EncodeIds(texts[k], true)
                    );
                    return expected.Zip(actual).All(pair => pair.First.SequenceEqual(pair.Second));
                },
                iter: 10,
                threads: 1
            );
    }

    [Fact]
    public void Streamed_chunks_join_to_the_decoded_text()
    {
        var tokenizer = Tokenizer();
        Text.Sample(text =>
        {
            var stream = tokenizer.DecodeStream(skipSpecialTokens: false);
            // A character of its own at the end, so that nothing is held back.
            string closed = text + "\nx";
            return string.Concat(tokenizer.EncodeIds(closed, false).Select(stream.Step)) == closed;
        });
    }
}
