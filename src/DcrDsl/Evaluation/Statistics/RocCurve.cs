namespace DcrDsl.Evaluation.Statistics;

/// <summary>
/// The area under the ROC curve, AUC = P(s⁺ &gt; s⁻) + ½ P(s⁺ = s⁻), with the errors of E. R. DeLong, D. M. DeLong and
/// D. L. Clarke-Pearson (Biometrics 44, 1988), in the fast form of X. Sun and W. Xu (IEEE Signal Processing Letters 21, 2014).
/// Where one class is missing, or a score is NaN, nothing is defined (NaN); with a single prompt of a class only the areas are.
/// </summary>
static class RocCurve
{
    /// <summary>
    /// The area with its standard error and normal interval. The variance is var(V₁₀)/n₁ + var(V₀₁)/n₀ over the placements: V₁₀ of a
    /// positive is the share of negatives below it, V₀₁ of a negative the share of positives above it, ties counting half. The interval is
    /// not clipped to [0, 1] (<see cref="Interval.ClippedTo"/>). At an area of 0 or 1 it has width 0, which claims too much.
    /// </summary>
    /// <param name="labels">[n] true for a positive, e.g. a toxic prompt.</param>
    /// <param name="scores">[n] scores, larger for a positive, e.g. the refusal probability.</param>
    /// <param name="level">The confidence level, e.g. 0.95.</param>
    /// <exception cref="ArgumentException">There are not as many labels as scores.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The level is not strictly between 0 and 1.</exception>
    public static Estimate Auc(IReadOnlyList<bool> labels, IReadOnlyList<double> scores, double level = 0.95)
    {
        var placements = Placements.Of(labels, scores);
        return WithError(placements.Area, placements, level);
    }

    /// <summary>
    /// Compares the areas of two scores of the same prompts, e.g. of two arms. The variance of the difference is that of the differences of
    /// placements, which equals var₁ + var₂ − 2 cov.
    /// </summary>
    /// <param name="labels">[n] true for a positive.</param>
    /// <param name="first">[n] the first scores.</param>
    /// <param name="second">[n] the second scores, in the same order of prompts.</param>
    /// <param name="level">The confidence level, e.g. 0.95.</param>
    /// <exception cref="ArgumentException">There are not as many labels as scores.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The level is not strictly between 0 and 1.</exception>
    public static AucComparison Compare(
        IReadOnlyList<bool> labels,
        IReadOnlyList<double> first,
        IReadOnlyList<double> second,
        double level = 0.95
    )
    {
        Placements one = Placements.Of(labels, first),
            two = Placements.Of(labels, second);
        var difference = WithError(one.Area - two.Area, one.Minus(two), level);
        double z = difference.Value / difference.StandardError;
        return new(
            WithError(one.Area, one, level),
            WithError(two.Area, two, level),
            difference,
            one.Covariance(two),
            z,
            Gaussian.TwoSidedP(z)
        );
    }

    static Estimate WithError(double value, Placements placements, double level)
    {
        double se = Math.Sqrt(placements.Covariance(placements));
        return new(value, se, Gaussian.IntervalAround(value, se, level));
    }
}

/// <summary>Two areas under the ROC curve over the same prompts (paired DeLong test).</summary>
/// <param name="First">The area of the first scores.</param>
/// <param name="Second">The area of the second scores.</param>
/// <param name="Difference">First − second, with the standard error that respects the pairing.</param>
/// <param name="Covariance">The covariance of the two areas.</param>
/// <param name="Z">The difference over its standard error; ±∞ or NaN (0/0) where that error is 0.</param>
/// <param name="P">The two-sided p of the hypothesis that the areas are equal.</param>
sealed record AucComparison(Estimate First, Estimate Second, Estimate Difference, double Covariance, double Z, double P);
