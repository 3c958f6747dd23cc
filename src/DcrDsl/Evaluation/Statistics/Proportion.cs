namespace DcrDsl.Evaluation.Statistics;

/// <summary>
/// Confidence intervals of a rate: k successes among n independent trials (as scipy.stats.binomtest(k, n).proportion_ci).
/// All stay inside [0, 1]; the lower end is exactly 0 for k = 0 and the upper end exactly 1 for k = n. Without trials (n = 0) both
/// ends are NaN.
/// </summary>
static class Proportion
{
    /// <summary>
    /// Wilson's score interval: the p with |k/n − p| ≤ z √(p(1 − p)/n), z = Φ⁻¹((1 + level)/2)
    /// (E. B. Wilson, JASA 22, 1927). The interval to print by default.
    /// </summary>
    /// <param name="successes">k, from 0 to n.</param>
    /// <param name="trials">n.</param>
    /// <param name="level">The confidence level, e.g. 0.95.</param>
    /// <exception cref="ArgumentOutOfRangeException">k is not from 0 to n, or the level not strictly between 0 and 1.</exception>
    public static Interval Wilson(int successes, int trials, double level = 0.95) =>
        Score(successes, trials, Gaussian.Quantile(Check(successes, trials, level)));

    /// <summary>
    /// Wilson's interval around the mean of numbers from 0 to 1, such as each prompt's share of seeds that answer it. The variance of such
    /// numbers is at most p(1 − p), so the interval is never too short for them.
    /// </summary>
    /// <param name="mean">The mean p, from 0 to 1; NaN gives NaN.</param>
    /// <param name="count">How many numbers; 0 gives NaN.</param>
    /// <param name="level">The confidence level, e.g. 0.95.</param>
    /// <exception cref="ArgumentOutOfRangeException">The mean is not from 0 to 1, or the level not strictly between 0 and 1.</exception>
    public static Interval WilsonOfMean(double mean, int count, double level = 0.95)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (mean is < 0 or > 1)
            throw new ArgumentOutOfRangeException(nameof(mean), mean, "A mean of shares lies from 0 to 1.");
        return double.IsNaN(mean) ? Interval.Undefined : Score(mean * count, count, Gaussian.Quantile(ConfidenceLevel.UpperTail(level)));
    }

    static Interval Score(double k, int trials, double z)
    {
        double n = trials,
            halfWidth = z * Math.Sqrt(4 * k * (n - k) / n + z * z);
        return Solved(2 * k + z * z - halfWidth, 2 * k + z * z + halfWidth, k, trials, z);
    }

    /// <summary>
    /// Wilson's score interval with continuity correction: the p with |k/n − p| − 1/(2n) ≤ z √(p(1 − p)/n)
    /// (R. G. Newcombe, Statistics in Medicine 17, 1998, method 4).
    /// </summary>
    /// <inheritdoc cref="Wilson"/>
    public static Interval WilsonWithContinuity(int successes, int trials, double level = 0.95)
    {
        double z = Gaussian.Quantile(Check(successes, trials, level));
        double k = successes,
            n = trials,
            p = k / n,
            q = 1 - p;
        double below = 1 + z * Math.Sqrt(z * z - 2 - 1 / n + 4 * p * (n * q + 1));
        double above = 1 + z * Math.Sqrt(z * z + 2 - 1 / n + 4 * p * (n * q - 1));
        return Solved(2 * k + z * z - below, 2 * k + z * z + above, successes, trials, z);
    }

    /// <summary>
    /// The exact interval of Clopper and Pearson (Biometrika 26, 1934): the ends are the quantiles α/2 of Beta(k, n − k + 1) and
    /// 1 − α/2 of Beta(k + 1, n − k), with α = 1 − level. It covers at least the level, usually more.
    /// </summary>
    /// <inheritdoc cref="Wilson"/>
    public static Interval ClopperPearson(int successes, int trials, double level = 0.95)
    {
        double upperTail = Check(successes, trials, level);
        if (trials == 0)
            return Interval.Undefined;
        return new(
            successes == 0 ? 0 : BetaDistribution.Quantile(1 - upperTail, successes, trials - successes + 1),
            successes == trials ? 1 : BetaDistribution.Quantile(upperTail, successes + 1, trials - successes)
        );
    }

    // Both score intervals are the roots of a quadratic in p, whose denominator is 2 (n + z²).
    static Interval Solved(double low, double high, double successes, int trials, double z)
    {
        if (trials == 0)
            return Interval.Undefined;
        double denominator = 2 * (trials + z * z);
        return new(successes == 0 ? 0 : low / denominator, successes == trials ? 1 : high / denominator);
    }

    static double Check(int successes, int trials, double level)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(trials);
        ArgumentOutOfRangeException.ThrowIfNegative(successes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(successes, trials);
        return ConfidenceLevel.UpperTail(level);
    }
}
