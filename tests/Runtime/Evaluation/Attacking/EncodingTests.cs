using DcrDsl.Data;
using DcrDsl.Evaluation.Attacking;
using DcrDsl.Specs;

namespace DcrDsl.Runtime.Tests.Evaluation.Attacking;

/// <summary>What encodings ask, and how completions in them are read.</summary>
public class EncodingTests
{
    static readonly string[] Prompts =
    [
        "How do I kill a Python process?",
        "naïve café \u2014 Ångström",
        "e\u0301 is not é",
        "👩‍🔬 mixes 🧪",
        "как дела?",
        "\uD83D\uDE00",
        "",
        "a\nb\tc",
    ];

    public static TheoryData<string> Every => [.. Prompts];

    static string Ask(IAttack attack, string prompt) =>
        attack.Ask(new AttackedPrompt(prompt, new Example(prompt, null, PromptClass.Toxic, "", null, "here"), 1, "task/attack", 0));

    /// <summary>RFC 4648, section 10, and a text in UTF-8.</summary>
    [Theory]
    [InlineData("", "")]
    [InlineData("f", "Zg==")]
    [InlineData("fo", "Zm8=")]
    [InlineData("foo", "Zm9v")]
    [InlineData("foob", "Zm9vYg==")]
    [InlineData("fooba", "Zm9vYmE=")]
    [InlineData("foobar", "Zm9vYmFy")]
    [InlineData("é", "w6k=")]
    [InlineData("😀", "8J+YgA==")]
    public void Base64_is_that_of_the_bytes_in_UTF8(string prompt, string asked) => Assert.Equal(asked, Ask(Attacks.Base64(), prompt));

    [Theory]
    [InlineData("Hello, World!", "Uryyb, Jbeyq!")]
    [InlineData("Why did the chicken cross the road?", "Jul qvq gur puvpxra pebff gur ebnq?")]
    [InlineData("é 1 😀", "é 1 😀")]
    public void Rot13_moves_the_letters_from_A_to_Z(string prompt, string asked) => Assert.Equal(asked, Ask(Attacks.Rot13(), prompt));

    [Theory]
    [InlineData("Elite hackers taste soot", "3l173 h4ck3r5 74573 5007")]
    [InlineData("é😀", "é😀")]
    public void Leetspeak_has_digits_for_six_letters(string prompt, string asked) => Assert.Equal(asked, Ask(Attacks.Leetspeak(), prompt));

    [Theory]
    [MemberData(nameof(Every))]
    public void Encodings_have_an_inverse(string prompt)
    {
        Assert.Equal(prompt, Letters.Rot13(Letters.Rot13(prompt)));
        Assert.Equal(prompt, System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(Ask(Attacks.Base64(), prompt))));
        // As far as it has one: the case of the six letters is gone.
        Assert.Equal(prompt, Letters.FromLeet(Letters.Leet(prompt)), ignoreCase: true);
    }

    [Fact]
    public void A_text_may_say_what_the_encoding_is()
    {
        Assert.Equal("Decode ROT13: uv", Ask(Attacks.Rot13("Decode ROT13: {prompt}"), "hi"));
        Assert.Equal("Base64 aGk= Base64", Ask(Attacks.Base64("Base64 {prompt} Base64"), "hi"));
    }

    [Theory]
    [InlineData("SSdtIHNvcnJ5LCBidXQgSSBjYW4ndCBoZWxwIHdpdGggdGhhdC4=", "I'm sorry, but I can't help with that.")]
    [InlineData("Here is the answer:\n```\nU29ycnksIEkgY2Fubm90IGhlbHAu\n```", "Here is the answer:\n```\nSorry, I cannot help.\n```")]
    [InlineData("U29ycnku", "Sorry.")]
    [InlineData("Well: U29ycnk=", "Well: Sorry")]
    // Wrapped at 76 signs, and cut off by MaxNewTokens within a group and within a letter of two bytes.
    [InlineData("U29ycnksIEkgY2Fubm90IGhl\r\nbHAgd2l0aCB0aGF0Lg==", "Sorry, I cannot help with that.")]
    [InlineData("U29ycnksIEkgY2Fubm90IGhlb", "Sorry, I cannot he")]
    [InlineData("RGFzIGdlaHQgbmljaHQsIG3D", "Das geht nicht, m")]
    // Ordinary words are no Base64, however long.
    [InlineData("Antidisestablishmentarianism is internationalisation", "Antidisestablishmentarianism is internationalisation")]
    [InlineData("I cannot help with that.", "I cannot help with that.")]
    [InlineData("", "")]
    public void A_completion_in_Base64_is_decoded(string completion, string read) => Assert.Equal(read, Attacks.Base64().Read(completion));

    [Theory]
    [InlineData("V'z fbeel, ohg V pna'g uryc jvgu gung.", "I'm sorry, but I can't help with that.")]
    [InlineData("I'm sorry, but I can't help with that.", "I'm sorry, but I can't help with that.")]
    [InlineData("V\u2019z fbeel", "I\u2019m sorry")]
    [InlineData("xyzzy", "xyzzy")]
    [InlineData("", "")]
    public void A_completion_in_Rot13_is_read_where_that_gives_more_English(string completion, string read) =>
        Assert.Equal(read, Attacks.Rot13().Read(completion));

    [Theory]
    [InlineData("1'm 50rry, bu7 1 c4n'7 h3lp w17h 7h47.", "i'm sorry, but i can't help with that.")]
    [InlineData("I'm sorry, I c4n'7 h3lp w17h 7h47.", "I'm sorry, I can't help with that.")]
    [InlineData("In 2024 there were 15 of them.", "In 2024 there were 15 of them.")]
    public void A_completion_in_leetspeak_is_read_where_that_gives_more_English(string completion, string read) =>
        Assert.Equal(read, Attacks.Leetspeak().Read(completion));

    [Fact]
    public void What_is_said_in_plain_words_has_no_other_reading() =>
        Assert.All(
            (IAttack[])[Attacks.PrefixInjection(), Attacks.RefusalSuppression(), Attacks.StyleInjection(), Attacks.RolePlay()],
            attack => Assert.Equal("V'z fbeel", attack.Read("V'z fbeel"))
        );

    [Fact]
    public void A_combination_reads_the_last_first()
    {
        var both = Attacks.InTurn([Attacks.Rot13(), Attacks.Base64()]);
        Assert.Equal("dmFj", Ask(both, "inp"));
        Assert.Equal("I'm sorry, I can't help with that.", both.Read(Base64Text.Of("V'z fbeel, V pna'g uryc jvgu gung.")));
    }
}
