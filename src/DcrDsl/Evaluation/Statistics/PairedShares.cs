namespace DcrDsl.Evaluation.Statistics;

/// <summary>The difference of two shares of the same prompts.</summary>
static class PairedShares
{
    /// <summary>
    /// Bonett and Price's interval of a difference of paired shares (Journal of Educational and Behavioral Statistics 37, 2012; recommended
    /// by Fagerland, Lydersen and Laake, Statistics in Medicine 33, 2014): Wald's after one prompt is added to each of the two ways in
    /// which a pair can differ, so that it has a width also where no pair does. For prompts that count in part, such as means over two
    /// seeds, it is never too short.
    /// </summary>
    /// <param name="a">[n] what each prompt adds to the first share, from 0 to 1.</param>
    /// <param name="b">[n] what it adds to the second.</param>
    /// <param name="level">The confidence level, e.g. 0.95.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The level is not strictly between 0 and 1.</exception>
    public static Interval Difference(IReadOnlyList<double> a, IReadOnlyList<double> b, double level = 0.95)
    {
        double z = Gaussian.Quantile(ConfidenceLevel.UpperTail(level));
        double[] differences = PairedDifference.Differences(a, b);
        if (differences.Length == 0 || differences.Any(double.IsNaN))
            return Interval.Undefined;
        double n = differences.Length + 2;
        double more = (differences.Sum(d => Math.Max(0, d)) + 1) / n,
            less = (differences.Sum(d => Math.Max(0, -d)) + 1) / n;
        double error = Math.Sqrt((more + less - (more - less) * (more - less)) / n);
        return Interval.Around(more - less, z * error).ClippedTo(-1, 1);
    }
}
