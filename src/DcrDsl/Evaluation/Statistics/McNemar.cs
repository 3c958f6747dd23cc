using MathNet.Numerics.Distributions;

namespace DcrDsl.Evaluation.Statistics;

/// <summary>
/// McNemar's test of two arms with a yes or no for the same prompts (Psychometrika 12, 1947): only the discordant prompts count, those
/// with a yes from one arm alone. Under the hypothesis that the arms do not differ each falls to either side with probability ½.
/// </summary>
static class McNemar
{
    /// <summary>Counts the discordant prompts.</summary>
    /// <param name="first">[n] outcomes of the first arm.</param>
    /// <param name="second">[n] outcomes of the second arm, in the same order of prompts.</param>
    /// <exception cref="ArgumentException">The arms have different lengths.</exception>
    public static (int OnlyFirst, int OnlySecond) Discordant(IReadOnlyList<bool> first, IReadOnlyList<bool> second)
    {
        if (first.Count != second.Count)
            throw new ArgumentException(
                $"McNemar's test needs as many outcomes of one arm as of the other, not {first.Count} and {second.Count}."
            );
        return (first.Zip(second).Count(pair => pair is (true, false)), first.Zip(second).Count(pair => pair is (false, true)));
    }

    /// <summary>
    /// The exact two-sided p: min(1, 2 P(X ≤ min(b, c))), X binomial(b + c, ½). 1 where there is no discordant prompt.
    /// </summary>
    /// <param name="onlyFirst">b, the prompts with a yes from the first arm alone.</param>
    /// <param name="onlySecond">c, the prompts with a yes from the second arm alone.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count is negative.</exception>
    public static double Exact(int onlyFirst, int onlySecond)
    {
        var (n, least) = Check(onlyFirst, onlySecond);
        return n == 0 ? 1 : Math.Min(1, 2 * Binomial.CDF(0.5, n, least));
    }

    /// <summary>
    /// The mid-p: 2 P(X ≤ min(b, c)) − P(X = min(b, c)); less conservative than the exact p (M. W. Fagerland, S. Lydersen and P. Laake,
    /// BMC Medical Research Methodology 13:91, 2013). 1 where b = c.
    /// </summary>
    /// <inheritdoc cref="Exact"/>
    public static double MidP(int onlyFirst, int onlySecond)
    {
        var (n, least) = Check(onlyFirst, onlySecond);
        return onlyFirst == onlySecond ? 1 : 2 * Binomial.CDF(0.5, n, least) - Binomial.PMF(0.5, n, least);
    }

    /// <summary>
    /// Edwards' continuity-corrected statistic (max(0, |b − c| − 1))² / (b + c) against chi-square with one degree of freedom.
    /// Both numbers are NaN where there is no discordant prompt.
    /// </summary>
    /// <inheritdoc cref="Exact"/>
    public static ChiSquareTest CorrectedChiSquare(int onlyFirst, int onlySecond)
    {
        var (n, _) = Check(onlyFirst, onlySecond);
        double excess = Math.Max(0, Math.Abs(onlyFirst - onlySecond) - 1),
            statistic = excess * excess / n;
        return new(statistic, Gaussian.TwoSidedP(Math.Sqrt(statistic)));
    }

    static (int Count, int Least) Check(int onlyFirst, int onlySecond)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(onlyFirst);
        ArgumentOutOfRangeException.ThrowIfNegative(onlySecond);
        return (onlyFirst + onlySecond, Math.Min(onlyFirst, onlySecond));
    }
}

/// <summary>A chi-square statistic with one degree of freedom and its p.</summary>
/// <param name="Statistic">The statistic, not negative.</param>
/// <param name="P">The probability of one at least as large.</param>
readonly record struct ChiSquareTest(double Statistic, double P);
