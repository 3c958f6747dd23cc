namespace DcrDsl.Evaluation.Statistics;

/// <summary>
/// Two arms on the same seeds (or prompts): the mean of the differences a − b with Student's paired t test
/// (as scipy.stats.ttest_rel).
/// </summary>
/// <param name="Count">The number of pairs n.</param>
/// <param name="Mean">The mean difference; NaN for no pair.</param>
/// <param name="StandardDeviation">Of the differences, with n − 1 in the denominator; NaN for n &lt; 2.</param>
/// <param name="StandardError">sd / √n; NaN for n &lt; 2.</param>
/// <param name="T">
/// mean / se with n − 1 degrees of freedom; ±∞ where all differences are equal and not 0, NaN where all are 0 or n &lt; 2.
/// </param>
/// <param name="P">The two-sided p of the hypothesis that the arms do not differ; 0 for T = ±∞, NaN for T = NaN.</param>
/// <param name="Interval">mean ± t₍ₙ₋₁₎ · se; NaN for n &lt; 2, of width 0 where all differences are equal.</param>
public sealed record PairedDifference(
    int Count,
    double Mean,
    double StandardDeviation,
    double StandardError,
    double T,
    double P,
    Interval Interval
)
{
    /// <summary>n − 1, the degrees of freedom of <see cref="T"/>.</summary>
    public int DegreesOfFreedom => Count - 1;

    /// <summary>Compares arm a with arm b. A NaN among the values makes every result NaN.</summary>
    /// <param name="a">[n] values of the first arm.</param>
    /// <param name="b">[n] values of the second arm, in the same order of seeds or prompts.</param>
    /// <param name="level">The confidence level, e.g. 0.95.</param>
    /// <exception cref="ArgumentException">The arms have different lengths.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The level is not strictly between 0 and 1.</exception>
    public static PairedDifference Of(IReadOnlyList<double> a, IReadOnlyList<double> b, double level = 0.95)
    {
        var d = SampleMean.Of(Differences(a, b), level);
        double t = d.Mean / d.StandardError;
        return new(d.Count, d.Mean, d.StandardDeviation, d.StandardError, t, StudentT.TwoSidedP(t, d.Count - 1), d.Interval);
    }

    /// <summary>a − b, item by item.</summary>
    internal static double[] Differences(IReadOnlyList<double> a, IReadOnlyList<double> b)
    {
        if (a.Count != b.Count)
            throw new ArgumentException(
                $"A paired comparison needs as many values of one arm as of the other, not {a.Count} and {b.Count}."
            );
        return [.. a.Zip(b, (x, y) => x - y)];
    }
}
