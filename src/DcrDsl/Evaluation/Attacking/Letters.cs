namespace DcrDsl.Evaluation.Attacking;

/// <summary>Letters for letters: what is not named stays, be it emoji, accents or other scripts.</summary>
static class Letters
{
    const string Plain = "aeiost",
        Digits = "431057";

    /// <summary>Each letter from A to Z moved by thirteen places; its own inverse.</summary>
    public static string Rot13(string text) =>
        Each(
            text,
            c =>
                char.IsAsciiLetterLower(c) ? (char)('a' + (c - 'a' + 13) % 26)
                : char.IsAsciiLetterUpper(c) ? (char)('A' + (c - 'A' + 13) % 26)
                : c
        );

    /// <summary>Digits for six letters, small and large.</summary>
    public static string Leet(string text) =>
        Each(text, c => Plain.IndexOf(char.ToLowerInvariant(c), StringComparison.Ordinal) is >= 0 and var i ? Digits[i] : c);

    /// <summary>
    /// Letters for the six digits. The inverse of <see cref="Leet"/> for texts without digits, but for the case of the six letters.
    /// </summary>
    public static string FromLeet(string text) =>
        Each(text, c => Digits.IndexOf(c, StringComparison.Ordinal) is >= 0 and var i ? Plain[i] : c);

    static string Each(string text, Func<char, char> change) =>
        string.Create(
            text.Length,
            text,
            (span, all) =>
            {
                for (int i = 0; i < span.Length; i++)
                    span[i] = change(all[i]);
            }
        );
}
