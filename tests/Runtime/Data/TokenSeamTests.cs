using DcrDsl.Data.Chat;
using DcrDsl.Runtime.Tests.Tokenizers;
using DcrDsl.Tokenizers;

namespace DcrDsl.Runtime.Tests.Data;

public class TokenSeamTests
{
    static readonly string[] Befores = ["USER: Hi ASSISTANT:", "user: Hi\nassistant: ", "user\nHi\n", "Hi", "[INST] Hi [/INST]  "];
    static readonly string[] Afters = ["Hello there.", " Hello there.", "I can't", "42", "\n\nHello", "  x", "é", "🙂"];

    public static TheoryData<string> Families() => [.. TokenizerGolden.Families() is var all && all.Any() ? all : [""]];

    [Theory]
    [MemberData(nameof(Families))]
    public void What_follows_given_tokens_says_just_the_text_that_follows(string family)
    {
        Assert.SkipWhen(family == "", "golden tokenizers are not here: set DCRDSL_GOLDEN to a folder that has them");
        var tokenizer = TokenizerGolden.Open(family);
        int special = Enumerable.Range(0, tokenizer.VocabularySize).FirstOrDefault(tokenizer.IsSpecial, -1);
        string marker = special < 0 ? "\n" : tokenizer.TokenOf(special)!;
        int told = 0;
        foreach (string before in Befores)
        foreach (string after in Afters)
        {
            int[] given = tokenizer.EncodeIds(before, addSpecialTokens: false),
                whole = tokenizer.EncodeIds(before + after, addSpecialTokens: false);
            int[]? rest = TokenSeam.Continue(tokenizer, before, given, after, marker);
            // Where the prompt's tokens begin those of the whole text, the text is tokenized as ever.
            if (whole.AsSpan().StartsWith(given))
                Assert.Equal(whole[given.Length..], rest);
            if (rest is null)
                continue;
            told++;
            Assert.Equal(
                tokenizer.Decode(whole, skipSpecialTokens: false),
                tokenizer.Decode([.. given, .. rest], skipSpecialTokens: false)
            );
        }
        Assert.InRange(told, Befores.Length * Afters.Length - 4, Befores.Length * Afters.Length);
    }
}
