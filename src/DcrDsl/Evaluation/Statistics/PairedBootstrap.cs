using DcrDsl.Data;
using MathNet.Numerics.Statistics;

namespace DcrDsl.Evaluation.Statistics;

/// <summary>
/// The bootstrap of a mean difference of two arms on the same prompts: the rows are resampled, both arms together
/// (Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, chapters 13 and 14; as scipy.stats.bootstrap with paired data).
/// A NaN among the differences makes every result NaN, and so does an empty sample.
/// </summary>
sealed class PairedBootstrap
{
    readonly double[] differences,
        sorted;

    PairedBootstrap(double[] differences, double[] distribution)
    {
        this.differences = differences;
        Estimate = Mean(differences);
        Distribution = distribution;
        sorted = [.. distribution.Order()];
    }

    /// <summary>θ, the mean of a − b over the rows as they are.</summary>
    public double Estimate { get; }

    /// <summary>[resamples] θ*, the mean of a − b over each resample; each is summed exactly and divided once.</summary>
    public IReadOnlyList<double> Distribution { get; }

    /// <summary>The standard deviation of the distribution, with resamples − 1 in the denominator.</summary>
    public double StandardError => SampleMean.Of(Distribution).StandardDeviation;

    /// <summary>The share of resamples with θ* ≤ 0.</summary>
    public double ShareAtOrBelowZero => Share(mean => mean <= 0);

    /// <summary>The share of resamples with θ* ≥ 0.</summary>
    public double ShareAtOrAboveZero => Share(mean => mean >= 0);

    /// <summary>The two-sided p of the hypothesis that the arms do not differ: min(1, 2 · min(share ≤ 0, share ≥ 0)).</summary>
    public double TwoSidedP => Math.Min(1, 2 * Math.Min(ShareAtOrBelowZero, ShareAtOrAboveZero));

    /// <summary>z₀ = Φ⁻¹((#{θ* &lt; θ} + #{θ* ≤ θ}) / 2B): how far the distribution's median lies from the estimate.</summary>
    public double BiasCorrection => Gaussian.Quantile((Share(mean => mean < Estimate) + Share(mean => mean <= Estimate)) / 2);

    /// <summary>
    /// The jackknife acceleration Σu³ / (6 (Σu²)^1.5); leaving a pair out of a mean gives u = d − mean(d). NaN where all differences
    /// are equal.
    /// </summary>
    public double Acceleration
    {
        get
        {
            if (differences.Length == 0)
                return double.NaN;
            double centre = SampleMean.Centre(differences);
            return differences.Sum(d => Math.Pow(d - centre, 3)) / (6 * Math.Pow(differences.Sum(d => Math.Pow(d - centre, 2)), 1.5));
        }
    }

    /// <summary>Resamples the pairs.</summary>
    /// <param name="a">[n] values of the first arm.</param>
    /// <param name="b">[n] values of the second arm, in the same order of prompts.</param>
    /// <param name="random">Draws the rows: n numbers a resample, resample after resample.</param>
    /// <param name="resamples">B, at least 1.</param>
    /// <exception cref="ArgumentException">The arms have different lengths.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no resample.</exception>
    public static PairedBootstrap Of(IReadOnlyList<double> a, IReadOnlyList<double> b, RandomStream random, int resamples = 10_000)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(resamples);
        int n = a.Count;
        return Of(a, b, Enumerable.Range(0, resamples).Select(_ => Rows()));

        int[] Rows()
        {
            int[] rows = new int[n];
            for (int i = 0; i < n; i++)
                rows[i] = random.Next(n);
            return rows;
        }
    }

    /// <summary>The bootstrap of resamples that are given row by row.</summary>
    /// <param name="a">[n] values of the first arm.</param>
    /// <param name="b">[n] values of the second arm, in the same order of prompts.</param>
    /// <param name="resamples">For each resample its row indices, from 0 to n − 1.</param>
    /// <exception cref="ArgumentException">The arms have different lengths.</exception>
    internal static PairedBootstrap Of(IReadOnlyList<double> a, IReadOnlyList<double> b, IEnumerable<int[]> resamples)
    {
        double[] differences = PairedDifference.Differences(a, b);
        return new(differences, [.. resamples.Select(rows => Mean(Array.ConvertAll(rows, row => differences[row])))]);
    }

    /// <summary>
    /// The percentile interval: the quantiles α/2 and 1 − α/2 of the distribution, linear between neighbours (numpy's default,
    /// Hyndman and Fan's type 7).
    /// </summary>
    /// <param name="level">1 − α, e.g. 0.95.</param>
    /// <exception cref="ArgumentOutOfRangeException">The level is not strictly between 0 and 1.</exception>
    public Interval Percentile(double level = 0.95)
    {
        double upperTail = ConfidenceLevel.UpperTail(level);
        return Between(new(1 - upperTail, upperTail));
    }

    /// <summary>
    /// The bias-corrected and accelerated interval (B. Efron, JASA 82, 1987): the percentile interval at the levels
    /// Φ(z₀ + (z₀ + z) / (1 − a (z₀ + z))) for z = Φ⁻¹(α/2) and Φ⁻¹(1 − α/2). NaN where all differences are equal, or where every
    /// resample lies on one side of the estimate.
    /// </summary>
    /// <inheritdoc cref="Percentile"/>
    public Interval BiasCorrectedAccelerated(double level = 0.95) => Between(CorrectedLevels(level));

    /// <summary>The levels of the distribution between which the corrected interval lies.</summary>
    internal Interval CorrectedLevels(double level)
    {
        double z = Gaussian.Quantile(ConfidenceLevel.UpperTail(level)),
            z0 = BiasCorrection,
            a = Acceleration;
        double Level(double shifted) => Gaussian.Cdf(z0 + shifted / (1 - a * shifted));
        return new(Level(z0 - z), Level(z0 + z));
    }

    bool Undefined => double.IsNaN(Estimate);

    Interval Between(Interval levels) => new(Quantile(levels.Low), Quantile(levels.High));

    double Quantile(double level) =>
        Undefined || double.IsNaN(level) ? double.NaN : SortedArrayStatistics.QuantileCustom(sorted, level, QuantileDefinition.R7);

    double Share(Func<double, bool> holds) => Undefined ? double.NaN : Distribution.Count(holds) / (double)Distribution.Count;

    static double Mean(double[] values) => ExactSum.Of(values) / values.Length;
}
