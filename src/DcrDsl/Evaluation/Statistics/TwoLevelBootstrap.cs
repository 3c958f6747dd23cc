using System.Numerics;
using DcrDsl.Data;
using MathNet.Numerics.Statistics;

namespace DcrDsl.Evaluation.Statistics;

/// <summary>
/// The bootstrap of means over seeds and prompts: seeds are drawn again with replacement, and prompts too. Where seeds have the same
/// prompts (crossed), these are drawn once for all seeds (A. B. Owen, "The pigeonhole bootstrap", Annals of Applied Statistics 1, 2007);
/// where each seed has its own (nested), they are drawn within every seed drawn (A. C. Davison and D. V. Hinkley, "Bootstrap Methods and
/// their Application", 1997, section 3.8). With few seeds its interval is too short: S seeds have only (S − 1)/S of their variance.
/// </summary>
sealed class TwoLevelBootstrap
{
    readonly double[] sorted;

    TwoLevelBootstrap(double[] distribution)
    {
        Array.Sort(distribution);
        sorted = distribution;
    }

    /// <summary>The means of the resamples, ascending.</summary>
    public IReadOnlyList<double> Distribution => sorted;

    /// <summary>The standard deviation of the distribution.</summary>
    public double StandardError => SampleMean.Of(sorted).StandardDeviation;

    /// <summary>The two-sided p of the hypothesis that the mean is 0: min(1, 2 · min(share ≤ 0, share ≥ 0)).</summary>
    public double TwoSidedP => Math.Min(1, 2.0 * Math.Min(sorted.Count(m => m <= 0), sorted.Count(m => m >= 0)) / sorted.Length);

    /// <summary>The percentile interval, linear between neighbours.</summary>
    /// <param name="level">The confidence level, e.g. 0.95.</param>
    public Interval Percentile(double level = 0.95)
    {
        double upperTail = ConfidenceLevel.UpperTail(level);
        return new(Quantile(1 - upperTail), Quantile(upperTail));
    }

    double Quantile(double level) => SortedArrayStatistics.QuantileCustom(sorted, level, QuantileDefinition.R7);

    /// <summary>Draws seeds and prompts again, the same draws for several sets of values.</summary>
    /// <param name="sets">For each set its [seeds][prompts] values; all sets have as many of both.</param>
    /// <param name="resamples">How often, at least 1.</param>
    /// <param name="purpose">Of the random stream, one for each resample.</param>
    /// <param name="clusters">[prompts] the cluster of each prompt, from 0, which are drawn in place of prompts; null: none.</param>
    /// <returns>For each set its bootstrap.</returns>
    public static IReadOnlyList<TwoLevelBootstrap> Crossed(
        IReadOnlyList<IReadOnlyList<double[]>> sets,
        int resamples,
        string purpose,
        IReadOnlyList<int>? clusters = null
    )
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(resamples);
        if (sets.Count == 0)
            return [];
        int seeds = sets[0].Count,
            prompts = sets[0][0].Length,
            drawn = clusters is null ? prompts : clusters.Max() + 1;
        double[][] means = [.. sets.Select(_ => new double[resamples])];
        Parallel.For(
            0,
            resamples,
            () => (Prompts: new double[prompts], Units: new double[drawn], Seeds: new double[seeds]),
            (resample, _, weights) =>
            {
                var random = new RandomStream(0, purpose, resample);
                Count(random, weights.Seeds);
                Count(random, weights.Units);
                for (int i = 0; i < prompts; i++)
                    weights.Prompts[i] = weights.Units[clusters is null ? i : clusters[i]];
                double total = seeds * weights.Prompts.Sum();
                for (int set = 0; set < sets.Count; set++)
                {
                    double sum = 0;
                    for (int seed = 0; seed < seeds; seed++)
                        if (weights.Seeds[seed] > 0)
                            sum += weights.Seeds[seed] * Dot(weights.Prompts, sets[set][seed]);
                    means[set][resample] = sum / total;
                }
                return weights;
            },
            _ => { }
        );
        return [.. means.Select(m => new TwoLevelBootstrap(m))];
    }

    /// <summary>Draws seeds again, and within each that is drawn its own prompts.</summary>
    /// <param name="values">[seeds][prompts of the seed] values.</param>
    /// <param name="resamples">How often, at least 1.</param>
    /// <param name="purpose">Of the random stream, one for each resample.</param>
    public static TwoLevelBootstrap Nested(IReadOnlyList<double[]> values, int resamples, string purpose)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(resamples);
        double[] means = new double[resamples];
        Parallel.For(
            0,
            resamples,
            resample =>
            {
                var random = new RandomStream(0, purpose, resample);
                for (int draw = 0; draw < values.Count; draw++)
                {
                    double[] own = values[random.Next(values.Count)];
                    double sum = 0;
                    for (int i = 0; i < own.Length; i++)
                        sum += own[random.Next(own.Length)];
                    means[resample] += sum / own.Length / values.Count;
                }
            }
        );
        return new(means);
    }

    /// <summary>How often each place is drawn in as many draws as there are places.</summary>
    static void Count(RandomStream random, double[] counts)
    {
        Array.Clear(counts);
        for (int i = 0; i < counts.Length; i++)
            counts[random.Next(counts.Length)]++;
    }

    static double Dot(double[] a, double[] b)
    {
        var sums = Vector<double>.Zero;
        int i = 0;
        for (; i <= a.Length - Vector<double>.Count; i += Vector<double>.Count)
            sums += new Vector<double>(a, i) * new Vector<double>(b, i);
        double sum = Vector.Sum(sums);
        for (; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }
}
