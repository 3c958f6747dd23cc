using System.Text;
using System.Text.RegularExpressions;
using DcrDsl.Evaluation.Judging;
using DcrDsl.Models.Guards;
using DcrDsl.Specs;

namespace DcrDsl.Evaluation.Guarding;

/// <summary>
/// Finds a guard's phrases in a text. Both are read in Unicode's form NFKC with every apostrophe, quotation mark and blank written the
/// same, as judges read; case does not matter, and any number of blanks is one.
/// </summary>
sealed class PhraseFinder
{
    const string OfWord = @"[\p{L}\p{N}\p{M}]";
    readonly Regex pattern;

    public PhraseFinder(GuardPhrases phrases)
    {
        string any = string.Join('|', phrases.Phrases.OrderByDescending(p => p.Length).Select(Written));
        pattern = new(
            phrases.Match == PhraseMatch.WholeWords ? $"(?<!{OfWord})(?:{any})(?!{OfWord})" : any,
            RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
        );
    }

    /// <summary>The first phrase of a text, as the text has it; null: it has none.</summary>
    public string? In(string text) => pattern.Match(Read(text)) is { Success: true } found ? found.Value : null;

    /// <summary>Whether a phrase has something to be found.</summary>
    public static bool CanFind(string phrase) => Read(phrase).Trim().Length > 0;

    static string Read(string text) =>
        PlainText.Folded(text, NormalizationForm.FormKC).Replace($"{PlainText.NoWidth}", "", StringComparison.Ordinal);

    static string Written(string phrase) =>
        string.Join(@"\s+", Read(phrase).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(Regex.Escape));
}
