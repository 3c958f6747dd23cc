namespace DcrDsl.Evaluation;

/// <summary>Whether a completion gives the reference's answer.</summary>
public delegate bool AnswerComparison(string completion, string reference);

/// <summary>Ways to compare a completion with a reference answer.</summary>
public static class AnswerComparisons
{
    /// <summary>
    /// The same text after the opener: answers of ToyWorld are "OPENER , TIP ." with an opener that means nothing, so what stands after the first comma is compared.
    /// A text without a comma is compared whole.
    /// </summary>
    public static bool AfterOpener(string completion, string reference) =>
        Tip(completion).SequenceEqual(Tip(reference));

    static ReadOnlySpan<char> Tip(string text) => text.AsSpan(text.IndexOf(',', StringComparison.Ordinal) + 1).Trim();
}
