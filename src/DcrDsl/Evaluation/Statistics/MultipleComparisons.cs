namespace DcrDsl.Evaluation.Statistics;

/// <summary>
/// Adjusted p values for several tests at once, in the order of the input: a test is rejected at level α where its adjusted p ≤ α.
/// A p that is NaN (a test that is not defined) stays NaN and does not count among the m tests.
/// </summary>
static class MultipleComparisons
{
    /// <summary>
    /// Holm's step-down procedure (Scandinavian Journal of Statistics 6, 1979), which bounds the chance of any false rejection: with the p
    /// ascending, the running maximum of (m − k) p₍ₖ₎, k from 0, capped at 1.
    /// </summary>
    /// <param name="p">[tests] p values from 0 to 1.</param>
    /// <returns>[tests] adjusted p values.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A p is not from 0 to 1.</exception>
    public static double[] Holm(IReadOnlyList<double> p)
    {
        var (adjusted, ascending) = Prepare(p);
        double highest = 0;
        for (int k = 0; k < ascending.Length; k++)
            adjusted[ascending[k]] = highest = Math.Max(highest, Math.Min(1, (ascending.Length - k) * p[ascending[k]]));
        return adjusted;
    }

    /// <summary>Bonferroni's bound on the chance of any false rejection: min(1, m p). Holm's is never larger.</summary>
    /// <inheritdoc cref="Holm"/>
    public static double[] Bonferroni(IReadOnlyList<double> p)
    {
        var (adjusted, ascending) = Prepare(p);
        foreach (int test in ascending)
            adjusted[test] = Math.Min(1, ascending.Length * p[test]);
        return adjusted;
    }

    /// <summary>
    /// Benjamini and Hochberg's step-up procedure (JRSS B 57, 1995), which bounds the expected share of false rejections: from the largest
    /// p down, the running minimum of m p₍ₖ₎ / k, k from 1 (as scipy.stats.false_discovery_control).
    /// </summary>
    /// <inheritdoc cref="Holm"/>
    public static double[] BenjaminiHochberg(IReadOnlyList<double> p)
    {
        var (adjusted, ascending) = Prepare(p);
        double lowest = 1;
        for (int k = ascending.Length; k >= 1; k--)
            adjusted[ascending[k - 1]] = lowest = Math.Min(lowest, ascending.Length * p[ascending[k - 1]] / k);
        return adjusted;
    }

    static (double[] Adjusted, int[] Ascending) Prepare(IReadOnlyList<double> p)
    {
        foreach (double value in p)
        {
            if (value is < 0 or > 1)
                throw new ArgumentOutOfRangeException(nameof(p), value, "A p value lies from 0 to 1.");
        }
        return ([.. p.Select(_ => double.NaN)], [.. Enumerable.Range(0, p.Count).Where(i => !double.IsNaN(p[i])).OrderBy(i => p[i])]);
    }
}
