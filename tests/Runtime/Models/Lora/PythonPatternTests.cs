using System.Diagnostics;
using DcrDsl.Models.LowRank;

namespace DcrDsl.Runtime.Tests.Models.Lora;

/// <summary>Patterns of adapter_config.json mean what they mean to PEFT: the expected matches are Python's (3.11, re.fullmatch).</summary>
public class PythonPatternTests
{
    static readonly string[] Inside = ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "mlp.up_proj", "mlp.down_proj"];

    static readonly string[] Names =
    [
        "model.embed_tokens",
        "lm_head",
        .. new[] { 0, 1, 10 }.SelectMany(layer => Inside.Select(m => $"model.layers.{layer}.{m}")),
    ];

    [Theory]
    [InlineData(@".*q_proj", "2 7 12")]
    [InlineData(@".*\.(q|v)_proj", "2 4 7 9 12 14")]
    [InlineData(@"(?P<where>model)\.layers\.\d+\..*q_proj", "2 7 12")]
    [InlineData(@"model\.layers\.(?P<n>\d)\.self_attn\.(?P<p>[qk])_proj\Z", "2 3 7 8")]
    [InlineData(@".*\.(?P<a>.)p_proj", "5 10 15")]
    [InlineData(@".*(?P<d>\d)(?P=d).*|.*\.1\.mlp.*", "10 11")]
    [InlineData(@".*(?P<x>l)(m)_h.*", "1")]
    [InlineData(@"(.)(?P<x>m)_head", "1")]
    [InlineData(@"(?P<one>l)(m)_h(?:ead)", "1")]
    [InlineData(@".*layers\.(1)(0).*\1.*|lm_head", "1")]
    [InlineData(@"(?P<one>.*)(_)proj(?(one)|x)", "2 3 4 5 6 7 8 9 10 11 12 13 14 15 16")]
    [InlineData(@".*layers\.\d++\.mlp\..*+", "5 6 10 11 15 16")]
    [InlineData(@".*+q_proj", "")]
    [InlineData(@"model\.layers\.\d{,1}\.mlp.*", "5 6 10 11")]
    [InlineData(@"model\.layers\.\d{1,}+\.mlp\.up_proj", "5 10 15")]
    [InlineData(@"(?i:MODEL)\.layers\.1\..*", "7 8 9 10 11")]
    [InlineData(@"(?i)LM_HEAD|.*UP_PROJ", "1 5 10 15")]
    [InlineData(@"(?ai).*Q_PROJ", "2 7 12")]
    [InlineData(@"(?s-i:.*)q_proj", "2 7 12")]
    [InlineData(@".*[^\W\d]_proj", "2 3 4 5 6 7 8 9 10 11 12 13 14 15 16")]
    [InlineData(@"[a-z_.\d]*q_proj", "2 7 12")]
    [InlineData(@".*[]q]_proj", "2 7 12")]
    [InlineData(@".*[^]q]_proj", "3 4 5 6 8 9 10 11 13 14 15 16")]
    [InlineData(@".*[a-z-[q]_proj", "2 3 4 5 6 7 8 9 10 11 12 13 14 15 16")]
    [InlineData(@".*[a-z-[q]+_proj", "2 3 4 5 6 7 8 9 10 11 12 13 14 15 16")]
    [InlineData(@".*\x71_proj", "2 7 12")]
    [InlineData(@".*\u0071_proj", "2 7 12")]
    [InlineData(@".*\U00000071_proj", "2 7 12")]
    [InlineData(@".*\161_proj", "2 7 12")]
    [InlineData(@".*[\161]_proj", "2 7 12")]
    [InlineData(@"lm\_head", "1")]
    [InlineData(@"lm\-head|lm_head", "1")]
    [InlineData(@".*\bq_proj\b", "2 7 12")]
    [InlineData(@"^model.*q_proj$", "2 7 12")]
    [InlineData(@"\Amodel.*q_proj\Z", "2 7 12")]
    [InlineData(@"(?#comment)lm_head", "1")]
    [InlineData(@".*(?<=\.)q_proj", "2 7 12")]
    [InlineData(@".*(?<!self_attn\.)(up|q)_proj", "5 10 15")]
    [InlineData(@"(?>model\.layers)\.0.*", "2 3 4 5 6")]
    [InlineData(@"(?!lm).*k_proj", "3 8 13")]
    [InlineData(@"a{foo}|lm_head", "1")]
    [InlineData(@"{}|lm_head", "1")]
    [InlineData(@"a{,}lm_head", "1")]
    [InlineData(@"(?:model\.)?(?:layers\.(?:0|1)\.)?.*v_proj", "4 9 14")]
    [InlineData(@"(?P<proj>q)_proj|.*\.(k)_proj", "3 8 13")]
    [InlineData(@"(a)?(?P<b>l)m_head(?(1)x|)", "1")]
    [InlineData(@"model\.layers\.[0-9]+?\.self_attn\.[qv]_proj", "2 4 7 9 12 14")]
    [InlineData(@"([lm])+_head", "1")]
    [InlineData(@"(((l)))m_head|\3", "1")]
    [InlineData(@"[\w.]+\.1\.[\w.]+", "7 8 9 10 11")]
    [InlineData(@".*\.\d\d\..*", "12 13 14 15 16")]
    [InlineData(@"lm_head$", "1")]
    [InlineData(@"lm_hea\144", "1")]
    [InlineData(@"[\n]|lm_head", "1")]
    public void A_pattern_matches_what_it_matches_in_Python(string pattern, string expected)
    {
        var names = NamePattern.OfWhole(pattern, "target_modules", new Stopwatch());
        Assert.Equal(expected, string.Join(' ', Enumerable.Range(0, Names.Length).Where(k => names.Matches(Names[k]))));
    }

    [Theory]
    [InlineData(@"([")]
    [InlineData(@"(?<name>q)")]
    [InlineData(@"(?P<1>q)")]
    [InlineData(@"(?P<a>q)(?P<a>q)")]
    [InlineData(@"(?P=a)")]
    [InlineData(@"\k<a>")]
    [InlineData(@"\p{L}+")]
    [InlineData(@".*\z")]
    [InlineData(@"a**")]
    [InlineData(@"*a")]
    [InlineData(@"(a")]
    [InlineData(@"a)")]
    [InlineData(@"[a")]
    [InlineData(@"\q")]
    [InlineData(@"\8")]
    [InlineData(@"(?P<a")]
    [InlineData(@".*(?i)q")]
    [InlineData(@"(?(2)a|b)")]
    [InlineData(@"\x7")]
    [InlineData(@"[z-a]")]
    [InlineData(@"a{2,1}")]
    [InlineData(@"\400")]
    [InlineData(@"a\")]
    [InlineData(@"(?P>a)")]
    [InlineData(@"(?'a'b)")]
    [InlineData(@"[\A]")]
    [InlineData(@"[\8]")]
    [InlineData(@"(?-i)a")]
    [InlineData(@"(?z)a")]
    [InlineData(@"a{2}{3}")]
    [InlineData(@"^*a")]
    [InlineData(@"\G.*")]
    [InlineData(@"(?n:a)")]
    [InlineData(@"\cA")]
    [InlineData(@"(?L)a")]
    [InlineData(@"(?x) lm_head")]
    public void What_Python_refuses_and_what_is_not_supported_is_refused(string pattern)
    {
        string refusal = Assert.Throws<InputException>(() => NamePattern.OfWhole(pattern, "target_modules", new Stopwatch())).Message;
        Assert.StartsWith($"target_modules: '{pattern}' is not a regular expression", refusal);
        Assert.EndsWith("correct it.", refusal);
    }

    [Theory]
    [InlineData("q_proj", 3)]
    [InlineData(@"layers\.1\.self_attn\..*", 3)]
    [InlineData(@"(?P<p>q|k)_proj", 6)]
    // PEFT puts a group of its own before the pattern and one around it, so these are numbers 2 and 3.
    [InlineData(@"(q|k)_proj|\3x", 6)]
    [InlineData("_proj", 0)]
    [InlineData("lm_head", 1)]
    public void A_pattern_for_ends_of_names_is_matched_behind_a_dot(string pattern, int matches)
    {
        var names = NamePattern.OfEnding(pattern, "rank_pattern", new Stopwatch());
        Assert.Equal(matches, Names.Count(names.Matches));
    }

    [Fact]
    public void All_patterns_together_are_bounded()
    {
        var names = NamePattern.OfWhole("(?:l+m?)+", "target_modules", new Stopwatch());
        Assert.Contains("takes too long", Assert.Throws<InputException>(() => names.Matches(new string('l', 60) + "!")).Message);
        var many = NamePattern.OfWhole("(?:l+m?)+", "target_modules", new Stopwatch());
        Assert.Contains(
            "takes too long",
            Assert
                .Throws<InputException>(() =>
                {
                    for (int k = 0; k < 100_000; k++)
                        many.Matches(new string('l', 22) + "!");
                })
                .Message
        );
    }
}
