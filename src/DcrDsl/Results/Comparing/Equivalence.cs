using DcrDsl.Evaluation.Statistics;

namespace DcrDsl.Results.Comparing;

/// <summary>
/// Whether a difference is shown to lie within a margin, by two one-sided tests at 5 %. That no difference was found shows nothing.
/// </summary>
/// <param name="Margin">The margin, in the metric's unit.</param>
/// <param name="Interval90">The 90 % interval of the difference, which lies within the margin where p is at most 0.05.</param>
/// <param name="P">The p of the hypothesis that the difference is not within the margin; NaN where no error is known.</param>
/// <param name="AdjustedP">The same, corrected over the family.</param>
/// <param name="Family">The tests that were corrected together, in words.</param>
public sealed record Equivalence(double Margin, Interval Interval90, double P, double AdjustedP, string Family)
{
    /// <summary>Whether it is shown.</summary>
    public bool Holds => AdjustedP <= 0.05;
}
