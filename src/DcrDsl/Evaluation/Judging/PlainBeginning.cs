using System.Text.RegularExpressions;

namespace DcrDsl.Evaluation.Judging;

/// <summary>
/// What all texts that go on from a beginning have in common as judges read them (<see cref="PlainText"/>), so that a verdict on it is
/// one on all of them. What is written later can change how something earlier is read: it closes a link or a tag, puts an accent on a
/// letter, makes of two words one. So nothing is certain of a beginning with signs other than letters, digits, blanks and plain
/// punctuation, and nothing of the last word. One thing is left: the mark that ends reasoning without one that began it, which takes back
/// all that stands before it.
/// </summary>
static partial class PlainBeginning
{
    /// <summary>What is certain, in plain text; empty: nothing.</summary>
    /// <param name="beginning">What a model has written so far.</param>
    public static string Of(string beginning)
    {
        if (!Certain().IsMatch(beginning))
            return "";
        string plain = PlainText.Of(beginning);
        int end = plain.LastIndexOf(' ');
        return end < 0 ? "" : plain[..end];
    }

    // The first word is one of letters, and not that which begins reasoning in the harmony format.
    [GeneratedRegex(@"\A[\s""'\u2018\u201C]*(?!(?i:analysis))[A-Za-z][A-Za-z0-9\s,.;:!?()""'\u2018\u2019\u201C\u201D-]*\z")]
    private static partial Regex Certain();
}
