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
    readonly double[][][] values; // [arm][metric][resample]

    PromptBootstrap(double[][][] values) => this.values = values;

    /// <summary>Whether all scores are of the same tasks with the same prompts, in the same order.</summary>
    public static bool Applies(IEnumerable<Scores> scores)
    {
        Scores[] all = [.. scores];
        return all.Length > 0 && all.All(s => Prompts(s).SequenceEqual(Prompts(all[0])));

        static IEnumerable<(string, string)> Prompts(Scores s) => s.PromptTasks.SelectMany(t => t.Items.Select(i => (t.Name, i.Prompt)));
    }

    /// <summary>Draws the prompts again.</summary>
    /// <param name="arms">The scores of each arm, one for each of its seeds; a metric of an arm is the mean over them.</param>
    /// <param name="metrics">The metrics; NaN where scores lack one.</param>
    /// <param name="random">Draws the prompts.</param>
    /// <param name="resamples">How often, at least 1.</param>
    /// <exception cref="ArgumentException">The arms did not answer the same prompts.</exception>
    public static PromptBootstrap Of(
        IReadOnlyList<IReadOnlyList<Scores>> arms,
        IReadOnlyList<Func<Scores, double>> metrics,
        RandomStream random,
        int resamples = 1_000
    )
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(resamples);
        if (!Applies(arms.SelectMany(a => a)))
            throw new ArgumentException("the arms did not answer the same prompts", nameof(arms));
        double[][][] values = [.. arms.Select(_ => metrics.Select(_ => new double[resamples]).ToArray())];
        var tasks = arms[0][0].PromptTasks.ToList();
        // Drawn in order, so that the numbers are the same with any number of threads; computed side by side.
        int[][][] draws =
        [
            .. Enumerable
                .Range(0, resamples)
                .Select(_ => tasks.Select(t => t.Items.Select(_ => random.Next(t.Items.Count)).ToArray()).ToArray()),
        ];
        Parallel.For(0, resamples, Compute);
        return new PromptBootstrap(values);

        void Compute(int r)
        {
            int[][] rows = draws[r];
            for (int arm = 0; arm < arms.Count; arm++)
            {
                Scores[] drawn =
                [
                    .. arms[arm]
                        .Select(s => new Scores(
                            [.. s.PromptTasks.Zip(rows, (t, places) => t with { Items = Array.ConvertAll(places, i => t.Items[i]) })],
                            s.Judges
                        )),
                ];
                for (int metric = 0; metric < metrics.Count; metric++)
                    values[arm][metric][r] = drawn.Average(metrics[metric]);
            }
        }
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
