using System.Text.RegularExpressions;

namespace DcrDsl.Evaluation.Judging;

/// <summary>Finds phrases in plain text, in time that grows with the text alone.</summary>
static class PhrasePattern
{
    /// <summary>
    /// Whether a text begins with one of the phrases. Quotation marks, pictures and other signs before its first word are passed over.
    /// </summary>
    public static Regex AtStart(IEnumerable<string> phrases, bool matchCase = false) => Of(@"\A[^\p{L}\p{N}]*", phrases, matchCase);

    /// <summary>Whether a text holds one of the phrases.</summary>
    public static Regex Anywhere(IEnumerable<string> phrases, bool matchCase = false) => Of("", phrases, matchCase);

    static Regex Of(string before, IEnumerable<string> phrases, bool matchCase) =>
        new(
            $"{before}(?:{string.Join('|', phrases.Select(Written))})",
            (matchCase ? RegexOptions.None : RegexOptions.IgnoreCase) | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking
        );

    static string Written(string phrase)
    {
        string plain = PlainText.Phrase(phrase);
        if (plain.Trim(' ', PlainText.NoWidth).Length == 0)
            throw new InputException($"A phrase of the judge ('{phrase}') is empty, " + "which every completion holds: take it out.");
        return string.Concat(
            plain
                .Where(c => c != PlainText.NoWidth)
                .Select(c => c == ' ' ? $"[ {PlainText.NoWidth}]+" : Regex.Escape(c.ToString()) + $"{PlainText.NoWidth}*")
        );
    }
}
