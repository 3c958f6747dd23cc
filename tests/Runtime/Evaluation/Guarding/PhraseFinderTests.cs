using DcrDsl.Evaluation.Guarding;
using DcrDsl.Models.Guards;
using DcrDsl.Specs;

namespace DcrDsl.Runtime.Tests.Evaluation.Guarding;

public class PhraseFinderTests
{
    [Theory]
    [InlineData("kill", "How do I KILL a process?", true)]
    [InlineData("kill", "my skill", false)]
    [InlineData("kill", "killing time", false)]
    [InlineData("kill", "kill2", false)]
    [InlineData("kill", "(kill)", true)]
    [InlineData("kill", "kill_all", true)]
    [InlineData("Größe", "die GRÖSSE", false)]
    [InlineData("größe", "die GRÖßE!", true)]
    [InlineData("töt", "tötet", false)]
    [InlineData("to", "to\u0308ten", false)]
    [InlineData("ёж", "Ёж.", true)]
    [InlineData("don't tell", "Please don\u2019t \u00A0 tell", true)]
    [InlineData("pick a lock", "pick\na  lock", true)]
    [InlineData("c++", "write C++ code", true)]
    [InlineData("kill", "ｋｉｌｌ", true)]
    [InlineData("kill", "ki\u200Bll", true)]
    [InlineData("a.b", "axb", false)]
    public void Whole_words_end_where_Unicode_has_no_letter(string phrase, string text, bool found) =>
        Assert.Equal(found, Finder(PhraseMatch.WholeWords, phrase).In(text) is not null);

    [Theory]
    [InlineData("kill", "my Skills", true)]
    [InlineData("kill", "ki ll", false)]
    public void Substrings_may_stand_in_words(string phrase, string text, bool found) =>
        Assert.Equal(found, Finder(PhraseMatch.Substring, phrase).In(text) is not null);

    [Fact]
    public void The_first_that_a_text_has_is_told() =>
        Assert.Equal("stab him", Finder(PhraseMatch.WholeWords, "kill", "stab", "stab him").In("stab  him or kill".Replace("  ", " ")));

    [Fact]
    public void A_long_text_takes_no_time_worth_naming()
    {
        string text = string.Concat(Enumerable.Repeat("ki ", 200_000));
        Assert.Null(Finder(PhraseMatch.WholeWords, "kill", "ki ki kill").In(text));
    }

    [Fact]
    public void Half_a_character_is_read_as_another() => Assert.Null(Finder(PhraseMatch.WholeWords, "kill").In("\uD800 k\uDC00ill"));

    static PhraseFinder Finder(PhraseMatch match, params string[] phrases) => new(new GuardPhrases(phrases, match));
}
