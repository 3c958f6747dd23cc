using System.Text;
using DcrDsl.Evaluation.Judging;

namespace DcrDsl.Evaluation;

/// <summary>Whether a completion gives the reference's answer.</summary>
/// <param name="Name">What the report calls the rule.</param>
/// <param name="Same">The rule: completion and reference, both without reasoning and folded.</param>
public sealed record AnswerComparison(string Name, Func<string, string, bool> Same)
{
    /// <summary>
    /// Whether <paramref name="completion"/> gives the answer of <paramref name="reference"/>. Reasoning before the answer is left out.
    /// </summary>
    public bool Holds(string completion, string reference) => Same(ReasoningBlocks.Without(Folded(completion)), Folded(reference));

    // The compatibility forms stay apart: 10² is not 102.
    static string Folded(string text) =>
        PlainText.Folded(text, NormalizationForm.FormC).Replace($"{PlainText.NoWidth}", "", StringComparison.Ordinal);
}
