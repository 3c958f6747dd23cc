using System.Text.Json;
using CsCheck;
using DcrDsl.Tokenizers;

namespace DcrDsl.Runtime.Tests.Tokenizers;

/// <summary>
/// What a tokenizer.json does to a text is bounded by the text's length: for all steps, pieces and matches together, when it is opened,
/// encodes and decodes.
/// </summary>
public class TokenizerBoundsTests
{
    const string Each = """{"type":"Split","pattern":{"Regex":"[^\\n]"},"behavior":"Isolated","invert":false}""";

    static string Write(
        string normalizer = "null",
        string added = "",
        string preTokenizer = "null",
        string postProcessor = "null",
        string decoder = "null",
        string lengths = ""
    )
    {
        string path = TemporaryFiles.Place("tokenizer.json");
        File.WriteAllText(
            path,
            $$$"""
            {"version":"1.0",{{{lengths}}}"added_tokens":[{{{added}}}],"normalizer":{{{normalizer}}},"pre_tokenizer":{{{preTokenizer}}},
            "post_processor":{{{postProcessor}}},"decoder":{{{decoder}}},
            "model":{"type":"BPE","merges":[],"ignore_merges":true,
            "vocab":{"a":0,"b":1,"x":2,"<s>":3,"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!":4} }}
            """
        );
        return path;
    }

    static string Token(int id, string content, string? flag = null)
    {
        string right = flag == "rstrip" ? "true" : "false",
            normalized = flag == "normalized" ? "true" : "false",
            text = JsonSerializer.Serialize(content);
        return $$"""
            {"id":{{id}},"content":{{text}},"single_word":false,"lstrip":false,"rstrip":{{right}},"normalized":{{normalized}},
                "special":false}
            """;
    }

    static string Repeated(int times, string list, params string[] steps) =>
        $$"""{"type":"Sequence","{{list}}":[{{string.Join(',', Enumerable.Repeat(steps, times).SelectMany(s => s))}}]}""";

    static string Replace(string from, string to) => $$"""{"type":"Replace","pattern":{"String":"{{from}}"},"content":"{{to}}"}""";

    static string Searched(string pattern) => $$"""{"type":"Replace","pattern":{"Regex":"{{pattern}}"},"content":"z"}""";

    static void Refused(string path, string part, string remedy, Action<HuggingFaceTokenizer> use)
    {
        string message = Assert.Throws<TokenizerException>(() => use(HuggingFaceTokenizer.Open(path))).Message;
        Assert.StartsWith($"{path}: {part}", message);
        Assert.EndsWith(remedy, message);
    }

    const string Another = "use a checkpoint with another tokenizer, see docs/tokenizers.md.";

    const string Again = "take the tokenizer.json from the checkpoint again.";

    [Fact]
    public void Replacements_that_double_a_text_forty_times_are_refused_when_it_is_encoded()
    {
        string path = Write(normalizer: Repeated(40, "normalizers", Replace("a", "aa")));
        Refused(path, "normalizer.normalizers[", Another, t => t.Encode("a", addSpecialTokens: false));
        Assert.Equal([1], HuggingFaceTokenizer.Open(path).EncodeIds("b", addSpecialTokens: false));
    }

    [Fact]
    public void And_when_the_text_of_an_added_token_is_normalized() =>
        Refused(
            Write(normalizer: Repeated(40, "normalizers", Replace("x", "xx")), added: Token(5, "xy", "normalized")),
            "normalizer.normalizers[",
            Another,
            _ => { }
        );

    [Fact]
    public void Added_tokens_share_one_bound()
    {
        string tokens = string.Join(',', Enumerable.Range(0, 2000).Select(k => Token(5 + k, $"x{k}", "normalized")));
        string path = Write(normalizer: Repeated(12, "normalizers", Replace("x", "xx")), added: tokens);
        Refused(path, "normalizer.normalizers[", Another, _ => { });
    }

    [Fact]
    public void And_when_it_is_decoded()
    {
        string path = Write(decoder: Repeated(40, "decoders", Replace("a", "aa")));
        Refused(path, "decoder.decoders[", Another, t => t.Decode([0], skipSpecialTokens: false));
        Refused(path, "decoder.decoders[", Another, t => t.DecodeStream(skipSpecialTokens: false).Step(0));
        Assert.Equal("b", HuggingFaceTokenizer.Open(path).Decode([1], skipSpecialTokens: false));
    }

    [Fact]
    public void A_prefix_before_each_of_many_segments_is_counted_for_all_of_them()
    {
        string path = Write(normalizer: $$"""{"type":"Prepend","prepend":"{{new string('b', 10_000)}}"}""", added: Token(3, "<s>"));
        Assert.Equal(10_001, HuggingFaceTokenizer.Open(path).EncodeIds("a", addSpecialTokens: false).Length);
        Refused(path, "normalizer", Another, t => t.EncodeIds(string.Concat(Enumerable.Repeat("a<s>", 10_000)), addSpecialTokens: false));
    }

    [Theory]
    [InlineData("""{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":false,"use_regex":false}""", null)]
    [InlineData("""{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":false,"use_regex":true}""", null)]
    [InlineData(
        """{"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":false}""",
        """{"type":"Metaspace","replacement":"é","prepend_scheme":"always","split":false}"""
    )]
    public void Pre_tokenizers_that_lengthen_what_they_have_lengthened_are_refused(string step, string? other)
    {
        string[] steps = other is null ? [step] : [step, Each, other, Each];
        string path = Write(preTokenizer: Repeated(50, "pretokenizers", steps));
        Refused(path, "pre_tokenizer.pretokenizers[", Another, t => t.EncodeIds("é a", addSpecialTokens: false));
    }

    [Theory]
    [InlineData(40, "{A},{A}", "repeats the text")]
    [InlineData(1, "{A},{S},{S},{S},{S}", "stands for more than")]
    [InlineData(200, "{A},{T}", "adds more than")]
    public void Templates_that_grow_are_refused_when_the_file_is_opened(int times, string single, string why)
    {
        string slots = single
            .Replace("{A}", """{"Sequence":{"id":"A","type_id":0}}""")
            .Replace("{S}", """{"SpecialToken":{"id":"S","type_id":0}}""")
            .Replace("{T}", """{"SpecialToken":{"id":"T","type_id":0}}""");
        string special = string.Join(',', Special("S", 20_000), Special("T", 400));
        string template = $$"""{"type":"TemplateProcessing","single":[{{slots}}],"pair":[],"special_tokens":{ {{special}} } }""";
        string path = Write(postProcessor: Repeated(times, "processors", template));
        Refused(path, "post_processor", Again, _ => { });
        Assert.Contains(why, Assert.Throws<TokenizerException>(() => HuggingFaceTokenizer.Open(path)).Message);

        static string Special(string name, int count)
        {
            string ids = string.Join(',', Enumerable.Repeat("3", count)),
                tokens = string.Join(',', Enumerable.Repeat("\"<s>\"", count));
            return $$""" "{{name}}":{"id":"{{name}}","ids":[{{ids}}],"tokens":[{{tokens}}]}""";
        }
    }

    [Theory]
    [InlineData("normalizer", "normalizers", """{"type":"Lowercase"}""")]
    [InlineData("pre_tokenizer", "pretokenizers", """{"type":"Digits","individual_digits":true}""")]
    [InlineData("post_processor", "processors", """{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true}""")]
    [InlineData("decoder", "decoders", """{"type":"Fuse"}""")]
    public void More_steps_than_any_tokenizer_has_are_refused(string section, string list, string step)
    {
        HuggingFaceTokenizer.Open(Written(256));
        Refused(Written(257), section, Another, _ => { });

        string Written(int steps)
        {
            string some = Repeated(steps / 2, list, step),
                rest = Repeated(steps - steps / 2, list, step);
            string both = $$"""{"type":"Sequence","{{list}}":[{{some}},{{rest}}]}""";
            return section switch
            {
                "normalizer" => Write(normalizer: both),
                "pre_tokenizer" => Write(preTokenizer: both),
                "post_processor" => Write(postProcessor: both),
                _ => Write(decoder: both),
            };
        }
    }

    [Fact]
    public void A_runaway_regular_expression_is_refused_wherever_it_stands()
    {
        string x = new('x', 40),
            a = new('a', 40);
        Refused(Write(normalizer: Searched("(?:x+y?)+$"), added: Token(5, x + "!", "normalized")), "normalizer.pattern", Another, _ => { });
        Refused(Write(normalizer: Searched("(?:a+b?)+$")), "normalizer.pattern", Another, t => t.Encode(a + "!", addSpecialTokens: false));
        Refused(Write(decoder: Searched("(?:a+b?)+$")), "decoder.pattern", Another, t => t.Decode([4], skipSpecialTokens: false));
    }

    [Fact]
    public void Searches_that_are_each_short_are_bounded_for_the_whole_text()
    {
        string path = Write(preTokenizer: """{"type":"Split","pattern":{"Regex":"(?:a|aa)+c|b"},"behavior":"Isolated","invert":false}""");
        string text = string.Concat(Enumerable.Repeat(new string('a', 29) + "b", 20_000));
        Refused(path, "pre_tokenizer.pattern", Another, t => t.EncodeIds(text, addSpecialTokens: false));
        Assert.Equal(30, HuggingFaceTokenizer.Open(path).EncodeIds(text[..30], addSpecialTokens: false).Length);
    }

    [Fact]
    public void A_token_that_takes_in_the_blanks_behind_it_again_and_again_is_refused()
    {
        string path = Write(added: Token(5, "  ", "rstrip"));
        Assert.Equal([5, 5, 0], HuggingFaceTokenizer.Open(path).EncodeIds("    a", addSpecialTokens: false));
        Refused(path, "added_tokens", Another, t => t.EncodeIds(new string(' ', 200_000), addSpecialTokens: false));
    }

    [Fact]
    public void Overlapping_parts_are_bounded_together()
    {
        const string padding = """
            "padding":{"strategy":{"Fixed":1000000},"direction":"Right","pad_to_multiple_of":null,"pad_id":0,"pad_type_id":0,
                "pad_token":"a"},
            """;
        string Truncated(int length, int stride) =>
            $$""" "truncation":{"direction":"Right","max_length":{{length}},"strategy":"LongestFirst","stride":{{stride}}},""";
        string text = new('a', 20_000);
        var half = HuggingFaceTokenizer.Open(Write(lengths: Truncated(1000, 500))).EncodeWithFileLengths(text, addSpecialTokens: false);
        Assert.Equal((1000, 38), (half.Ids.Count, half.Overflowing.Count));
        Refused(Write(lengths: Truncated(10_000, 9_999)), "truncation", Another, t => t.EncodeWithFileLengths(text, false));
        Refused(Write(lengths: Truncated(10, 0) + padding), "padding", Another, t => t.EncodeWithFileLengths(text, false));
    }

    [Fact]
    public void The_longest_expansion_of_Unicode_is_within_bounds()
    {
        // U+FDFA is eighteen characters in NFKD, the most of all.
        string steps = Repeated(1, "normalizers", """{"type":"NFKD"}""", """{"type":"Lowercase"}""");
        var tokenizer = HuggingFaceTokenizer.Open(Write(normalizer: steps));
        Assert.Equal(1_800_000, tokenizer.PreTokenize(new string('\uFDFA', 100_000)).Sum(piece => piece.Length));
    }

    [Fact]
    public void Of_the_tokens_that_begin_at_a_place_the_longest_is_found()
    {
        Gen.Select(Gen.String[Gen.Char['p', 'q'], 1, 6].HashSet[1, 12], Gen.String[Gen.Char['p', 'r'], 0, 30])
            .Sample(
                (set, text) =>
                {
                    string[] tokens = [.. set];
                    var tokenizer = HuggingFaceTokenizer.Open(Write(added: string.Join(',', tokens.Select((t, k) => Token(5 + k, t)))));
                    var expected = new List<int>();
                    for (int i = 0; i < text.Length; )
                    {
                        string? longest = tokens.Where(t => text.AsSpan(i).StartsWith(t)).MaxBy(t => t.Length);
                        if (longest is not null)
                            expected.Add(5 + Array.IndexOf(tokens, longest));
                        i += longest?.Length ?? 1;
                    }
                    return expected.SequenceEqual(tokenizer.EncodeIds(text, addSpecialTokens: false));
                },
                iter: 300,
                threads: 1
            );
    }
}
