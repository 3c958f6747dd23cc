using System.Diagnostics;
using System.Globalization;
using System.Text;
using CsCheck;
using DcrDsl.Tokenizers;

namespace DcrDsl.Runtime.Tests.Tokenizers;

/// <summary>Whatever stands in the file, opening it works or ends in one TokenizerException that names the file and the part.</summary>
public class HostileTokenizerFileTests
{
    const string Small = """
        {"version":"1.0","truncation":null,"padding":null,
        "added_tokens":[{"id":3,"content":"<s>","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true}],
        "normalizer":{"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"Replace","pattern":{"String":"x"},"content":"a"}]},
        "pre_tokenizer":{"type":"Sequence",
            "pretokenizers":[{"type":"Split","pattern":{"Regex":"\\p{L}+|\\s+(?!\\S)|[^\\p{L}]"},"behavior":"Isolated","invert":false},
            {"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true}]},
        "post_processor":{"type":"TemplateProcessing",
            "single":[{"SpecialToken":{"id":"<s>","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],"pair":[],
            "special_tokens":{"<s>":{"id":"<s>","ids":[3],"tokens":["<s>"]}}},
        "decoder":{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true},
        "model":{"type":"BPE","dropout":null,"unk_token":null,"fuse_unk":false,"byte_fallback":false,"ignore_merges":false,
            "vocab":{"a":0,"b":1,"ab":2,"<s>":3,"c":4},"merges":[["a","b"]]}}
        """;

    static string Write(byte[] json)
    {
        string path = TemporaryFiles.Place("tokenizer.json");
        File.WriteAllBytes(path, json);
        return path;
    }

    static string Refusal(string json)
    {
        string path = Write(Encoding.UTF8.GetBytes(json));
        var clock = Stopwatch.StartNew();
        var error = Assert.Throws<TokenizerException>(() => HuggingFaceTokenizer.Open(path));
        Assert.True(clock.ElapsedMilliseconds < 2000, $"took {clock.ElapsedMilliseconds} ms");
        Assert.StartsWith(path, error.Message);
        return error.Message[path.Length..];
    }

    [Fact]
    public void The_small_file_itself_is_sound()
    {
        var tokenizer = HuggingFaceTokenizer.Open(Write(Encoding.UTF8.GetBytes(Small)));
        Assert.Equal([3, 2, 4], tokenizer.Encode("abc", addSpecialTokens: true).Ids);
        Assert.Equal([2, 2], tokenizer.EncodeIds("xbab", addSpecialTokens: false));
    }

    [Fact]
    public void Damage_at_any_byte_is_survived_or_refused()
    {
        byte[] sound = Encoding.UTF8.GetBytes(Small);
        string path = Write(sound);
        byte[] marks = "\"{}[],:0-e\\"u8.ToArray();
        Gen.Select(Gen.Int[0, sound.Length - 1], Gen.OneOf(Gen.Byte, Gen.Int[0, marks.Length - 1].Select(k => marks[k])), Gen.Int[0, 3])
            .Sample(
                (at, value, kind) =>
                {
                    byte[] damaged = kind switch
                    {
                        0 => [.. sound[..at], value, .. sound[(at + 1)..]],
                        1 => [.. sound[..at], .. sound[(at + 1)..]],
                        2 => [.. sound[..at], value, .. sound[at..]],
                        _ => sound[..at],
                    };
                    File.WriteAllBytes(path, damaged);
                    try
                    {
                        HuggingFaceTokenizer.Open(path).Encode("abc <s> é😀", addSpecialTokens: true);
                    }
                    catch (TokenizerException e)
                    {
                        return e.Message.StartsWith(path, StringComparison.Ordinal) && e.Message.EndsWith('.');
                    }
                    return true;
                },
                iter: 600,
                threads: 1
            );
    }

    [Theory]
    [InlineData("[", "]", 100_000, "json")]
    [InlineData("{\"pre_tokenizer\":", "}", 100_000, "json")]
    public void Deep_nesting_is_refused(string open, string close, int depth, string part) =>
        Assert.Contains(
            part,
            Refusal(new StringBuilder().Insert(0, open, depth).Append('1').Insert(open.Length * depth + 1, close, depth).ToString())
        );

    [Fact]
    public void A_sequence_in_a_sequence_without_end_is_refused_by_its_section()
    {
        const string open = """{"type":"Sequence","pretokenizers":[""";
        string deep =
            new StringBuilder().Insert(0, open, 3000).Append("]}".PadLeft(2)).ToString() + string.Concat(Enumerable.Repeat("]}", 2999));
        Assert.Contains("pre_tokenizer", Refusal($$"""{"version":"1.0","pre_tokenizer":{{deep}},"model":null}"""));
    }

    [Theory]
    [InlineData("\"c\":4", "\"c\":7", null)]
    [InlineData("\"c\":4", "\"c\":2000000000", "model.vocab")]
    [InlineData("\"c\":4", "\"c\":4.5", "model.vocab")]
    [InlineData("\"id\":3,\"content\":\"<s>\"", "\"id\":9,\"content\":\"<n>\"", "added_tokens[0].id")]
    [InlineData("\"dropout\":null", "\"dropout\":0.1", "model.dropout")]
    [InlineData("\"unk_token\":null", "\"unk_token\":null,\"end_of_word_suffix\":\"</w>\"", "model.end_of_word_suffix")]
    [InlineData("\"ids\":[3]", "\"ids\":[77]", "post_processor.special_tokens")]
    [InlineData("\"NFC\"", "\"Nmt\"", "normalizer.normalizers[0].type")]
    [InlineData("\\\\p{L}+|", "\\\\p{Han}+|", "pre_tokenizer.pretokenizers[0].pattern")]
    [InlineData("\\\\p{L}+|", "^a|", "pre_tokenizer.pretokenizers[0].pattern")]
    [InlineData("\\\\p{L}+|", "\\\\w+|", "pre_tokenizer.pretokenizers[0].pattern")]
    [InlineData("\\\\p{L}+|", "(a)\\\\1|", "pre_tokenizer.pretokenizers[0].pattern")]
    [InlineData("\\\\p{L}+|", "(?i:ss)|", "pre_tokenizer.pretokenizers[0].pattern")]
    [InlineData("\\\\p{L}+|", "😀|", "pre_tokenizer.pretokenizers[0].pattern")]
    [InlineData("\\\\p{L}+|", "[\\u0000-\\uFFFD]|", "pre_tokenizer.pretokenizers[0].pattern")]
    public void What_is_not_supported_is_refused_by_name(string sound, string changed, string? part)
    {
        Assert.Contains(sound, Small);
        string json = Small.Replace(sound, changed, StringComparison.Ordinal);
        if (part is null)
            Assert.Equal(7, HuggingFaceTokenizer.Open(Write(Encoding.UTF8.GetBytes(json))).IdOf("c"));
        else
            Assert.Contains(part, Refusal(json));
    }

    [Fact]
    public void A_missing_file_and_a_folder_are_refused()
    {
        Assert.Contains(
            "no such file",
            Assert.Throws<TokenizerException>(() => HuggingFaceTokenizer.Open("nowhere/tokenizer.json")).Message
        );
        Assert.Throws<TokenizerException>(() => HuggingFaceTokenizer.Open(Path.GetTempPath()));
        Assert.Throws<TokenizerException>(() => HuggingFaceTokenizer.Open(""));
    }

    [Fact]
    public void A_hostile_text_does_not_take_quadratic_time()
    {
        var tokenizer = HuggingFaceTokenizer.Open(Write(Encoding.UTF8.GetBytes(Small)));
        var clock = Stopwatch.StartNew();
        Assert.Equal(500_000, tokenizer.EncodeIds(string.Concat(Enumerable.Repeat("ab", 500_000)), addSpecialTokens: false).Length);
        string marks = "a" + string.Concat(Enumerable.Repeat("\u0301\u0316", 100_000));
        Assert.Contains("normalizer", Assert.Throws<TokenizerException>(() => tokenizer.Encode(marks, addSpecialTokens: false)).Message);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30), "took " + clock.Elapsed.ToString("c", CultureInfo.InvariantCulture));
    }
}
