using DcrDsl.Data;
using DcrDsl.Evaluation.Statistics;
using MathNet.Numerics.Statistics;

namespace DcrDsl.Evaluation.Measures;

/// <summary>
/// How far the metrics of arms that answered the same prompts depend on the choice of these prompts: the prompts of each task are drawn
/// again with replacement, the same ones for all arms and seeds, and the metrics computed anew (Efron and Tibshirani, "An Introduction to
/// the Bootstrap", 1993, stratified by task). It says nothing about training again with another seed.
/// </summary>
sealed class PromptBootstrap
{
    readonly IReadOnlyList<double[][]> values; // [arm][metric][resample]

    PromptBootstrap(IReadOnlyList<double[][]> values) => this.values = values;

    /// <summary>Whether all scores are of the same tasks with the same prompts, in the same order.</summary>
    public static bool Applies(IEnumerable<Scores> scores)
    {
        Scores[] all = [.. scores];
        return all.Length > 0 && all.All(s => Prompts(s).SequenceEqual(Prompts(all[0])));

        static IEnumerable<(string, string)> Prompts(Scores s) => s.PromptTasks.SelectMany(t => t.Items.Select(i => (t.Name, i.Prompt)));
    }

    /// <summary>Draws the prompts again.</summary>
    /// <param name="arms">The scores of each arm, one for each of its seeds; a metric of an arm is the mean over them.</param>
    /// <param name="metrics">The metrics.</param>
    /// <param name="random">Draws the prompts.</param>
    /// <param name="resamples">How often, at least 1.</param>
    /// <param name="known">
    /// Gives what is known of an arm with this draw from before, or has it computed; null: each is computed.
    /// </param>
    /// <exception cref="ArgumentException">The arms did not answer the same prompts.</exception>
    public static PromptBootstrap Of(
        IReadOnlyList<IReadOnlyList<Scores>> arms,
        IReadOnlyList<PromptStatistic> metrics,
        RandomStream random,
        int resamples = 1_000,
        Func<int, Func<double[][]>, double[][]>? known = null
    )
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(resamples);
        if (!Applies(arms.SelectMany(a => a)))
            throw new ArgumentException("the arms did not answer the same prompts", nameof(arms));
        int[] tasks = [.. arms[0][0].PromptTasks.Select(t => t.Items.Count)];
        // Drawn in order, so that the numbers are the same with any number of threads; computed side by side.
        var draws = new Lazy<int[][][]>(() =>
            [
                .. Enumerable
                    .Range(0, resamples)
                    .Select(_ => tasks.Select(count => Enumerable.Range(0, count).Select(_ => random.Next(count)).ToArray()).ToArray()),
            ]
        );
        return new PromptBootstrap([
            .. arms.Select(
                (arm, place) => known is null ? Distribution(arm, metrics, draws) : known(place, () => Distribution(arm, metrics, draws))
            ),
        ]);
    }

    /// <summary>[metric][resample] what an arm has in each draw.</summary>
    static double[][] Distribution(IReadOnlyList<Scores> seeds, IReadOnlyList<PromptStatistic> metrics, Lazy<int[][][]> draws)
    {
        int[][][] drawn = draws.Value;
        double[][] values = [.. metrics.Select(_ => new double[drawn.Length])];
        Func<int[][], double>[][] ofSeeds = [.. metrics.Select(m => seeds.Select(m.Drawn).ToArray())];
        Parallel.For(
            0,
            drawn.Length,
            r =>
            {
                for (int metric = 0; metric < values.Length; metric++)
                    values[metric][r] = ofSeeds[metric].Average(of => of(drawn[r]));
            }
        );
        return values;
    }

    /// <summary>The 95 % percentile interval of an arm's metric.</summary>
    public Interval Interval(int arm, int metric) => Percentile(values[arm][metric]);

    /// <summary>The 95 % percentile interval of the difference of two arms, <paramref name="arm"/> − <paramref name="other"/>.</summary>
    public Interval Difference(int arm, int other, int metric) =>
        Percentile([.. values[arm][metric].Zip(values[other][metric], (a, b) => a - b)]);

    static Interval Percentile(double[] distribution)
    {
        if (distribution.Any(double.IsNaN))
            return Statistics.Interval.Undefined;
        double[] sorted = [.. distribution.Order()];
        return new(
            SortedArrayStatistics.QuantileCustom(sorted, 0.025, QuantileDefinition.R7),
            SortedArrayStatistics.QuantileCustom(sorted, 0.975, QuantileDefinition.R7)
        );
    }
}
