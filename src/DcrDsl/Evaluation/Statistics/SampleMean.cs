namespace DcrDsl.Evaluation.Statistics;

/// <summary>The mean of independent observations, e.g. one arm's metric over seeds, with Student's t interval.</summary>
/// <param name="Count">The number of observations n.</param>
/// <param name="Mean">Their mean; NaN for none.</param>
/// <param name="StandardDeviation">With n − 1 in the denominator; NaN for n &lt; 2.</param>
/// <param name="StandardError">sd / √n; NaN for n &lt; 2.</param>
/// <param name="Interval">mean ± t₍ₙ₋₁₎ · se; NaN for n &lt; 2, of width 0 where all values are equal.</param>
sealed record SampleMean(int Count, double Mean, double StandardDeviation, double StandardError, Interval Interval)
{
    /// <summary>
    /// Mean, standard deviation and interval. Sums are taken about the first value, so that equal values have a standard deviation of
    /// exactly 0. A NaN among the values makes every result NaN.
    /// </summary>
    /// <param name="values">[n] observations, any unit.</param>
    /// <param name="level">The confidence level, e.g. 0.95.</param>
    /// <exception cref="ArgumentOutOfRangeException">The level is not strictly between 0 and 1.</exception>
    public static SampleMean Of(IReadOnlyList<double> values, double level = 0.95)
    {
        double upperTail = ConfidenceLevel.UpperTail(level);
        int n = values.Count;
        if (n == 0)
            return new(0, double.NaN, double.NaN, double.NaN, Interval.Undefined);

        double mean = Centre(values);
        if (n == 1)
            return new(1, mean, double.NaN, double.NaN, Interval.Undefined);

        double sd = Math.Sqrt(values.Sum(x => (x - mean) * (x - mean)) / (n - 1));
        double se = sd / Math.Sqrt(n);
        return new(n, mean, sd, se, Interval.Around(mean, StudentT.Quantile(upperTail, n - 1) * se));
    }

    /// <summary>The mean, summed about the first value: exactly the common value where all are equal.</summary>
    internal static double Centre(IReadOnlyList<double> values) => values[0] + values.Average(x => x - values[0]);
}
