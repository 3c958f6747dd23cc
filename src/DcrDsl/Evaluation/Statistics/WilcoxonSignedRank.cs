namespace DcrDsl.Evaluation.Statistics;

/// <summary>
/// Wilcoxon's signed rank test of paired differences (Biometrics Bulletin 1, 1945), exact also with ties: zeros are dropped, equal sizes
/// share midranks, and the null distribution runs over all 2ⁿ signs of these very midranks.
/// </summary>
/// <param name="Count">The number of differences that are not 0.</param>
/// <param name="TPlus">The sum of the ranks of positive differences.</param>
/// <param name="TMinus">The sum of the ranks of negative differences.</param>
/// <param name="P">
/// The two-sided p, min(1, 2 P(T ≤ min(T⁺, T⁻))), of the hypothesis that the differences are symmetric about 0; NaN where all are 0.
/// </param>
/// <param name="PGreater">The one-sided p against larger differences, P(T ≥ T⁺); NaN where all are 0.</param>
sealed record WilcoxonSignedRank(int Count, double TPlus, double TMinus, double P, double PGreater)
{
    /// <summary>The most non-zero differences that are taken: beyond, the exact count (n³ steps) gets slow.</summary>
    public const int MaximumCount = 500;

    /// <summary>min(T⁺, T⁻).</summary>
    public double Statistic => Math.Min(TPlus, TMinus);

    /// <summary>
    /// The exact test. Sizes tie where they are equal as doubles: round differences of decimal scores first, as 0.3 − 0.2 is not 0.1.
    /// A NaN among the differences makes every number but the count NaN.
    /// </summary>
    /// <param name="differences">[n] differences of the two arms.</param>
    /// <exception cref="ArgumentException">There are more than <see cref="MaximumCount"/> non-zero differences.</exception>
    public static WilcoxonSignedRank Of(IReadOnlyList<double> differences)
    {
        double[] d = [.. differences.Where(x => x != 0)];
        if (d.Length > MaximumCount)
        {
            throw new ArgumentException(
                $"The exact signed rank test takes at most {MaximumCount} non-zero differences, not {d.Length}: use the paired t test "
                    + $"or the bootstrap."
            );
        }
        if (d.Any(double.IsNaN))
            return new(d.Length, double.NaN, double.NaN, double.NaN, double.NaN);
        if (d.Length == 0)
            return new(0, 0, 0, double.NaN, double.NaN);

        int[] ranks = Ranks.Doubled([.. d.Select(Math.Abs)]);
        int plus = ranks.Where((_, i) => d[i] > 0).Sum(),
            minus = ranks.Sum() - plus;
        double[] distribution = NullDistribution(ranks);
        // The null distribution is symmetric: P(T ≥ T⁺) = P(T ≤ T⁻).
        return new(d.Length, plus / 2.0, minus / 2.0, Math.Min(1, 2 * AtMost(Math.Min(plus, minus))), AtMost(minus));

        double AtMost(int sum) => Math.Min(1, distribution.Take(sum + 1).Sum());
    }

    // P(T = s/2) for s = 0 … Σ ranks: each doubled rank is in the sum, or not, with probability ½.
    static double[] NullDistribution(int[] ranks)
    {
        double[] probability = new double[ranks.Sum() + 1];
        probability[0] = 1;
        int reached = 0;
        foreach (int rank in ranks)
        {
            reached += rank;
            for (int sum = reached; sum >= 0; sum--)
                probability[sum] = (probability[sum] + (sum >= rank ? probability[sum - rank] : 0)) / 2;
        }
        return probability;
    }
}
