using DcrDsl.Data.Overlaps;

namespace DcrDsl.Runtime.Tests.Data.Overlaps;

/// <summary>What the words of a prompt are, by which it is compared.</summary>
public class PromptWordsTests
{
    [Theory]
    [InlineData("How do I kill a Python process?", "how do i kill a python process")]
    [InlineData("  HOW   do\tI\nkill\u00a0a Python - - process?! ", "how do i kill a python process")]
    [InlineData("don't, don\u2019t & dont", "dont dont dont")]
    [InlineData("'quoted' it's rock 'n' roll", "quoted its rock n roll")]
    [InlineData("e-mail e\u2011mail e\u00admail e\u2013mail", "email email email e mail")]
    [InlineData("a step-by-step guide - or -not-", "a stepbystep guide or not")]
    [InlineData("2 + 2 = 4, 3.5", "2 2 4 3 5")]
    // One letter of full width, a ligature, a letter made of two characters and one of its own.
    [InlineData("\uff28ow \ufb01rst cafe\u0301 caf\u00e9", "how first caf\u00e9 caf\u00e9")]
    [InlineData("ISTANBUL \u0391\u0392", "istanbul \u03b1\u03b2")]
    // Scripts without blanks: each letter is a word, in the supplementary plane too.
    [InlineData("\u5982\u4f55\u6740\u6b7b Python", "\u5982 \u4f55 \u6740 \u6b7b python")]
    [InlineData("\ud842\udfb7x", "\ud842\udfb7 x")]
    [InlineData("?! \u2026 \ud83d\ude00", "")]
    public void Words_are_without_case_punctuation_and_forms(string text, string words) =>
        Assert.Equal(words, string.Join(' ', PromptWords.Of(text)));

    /// <summary>Half a character is no part of a text, and has no normal form.</summary>
    [Fact]
    public void Half_a_character_is_left_out() =>
        Assert.Equal(["caf\u00e9", "b"], PromptWords.Of("caf\u00e9" + '\ud83d' + " b" + '\udc00'));
}
