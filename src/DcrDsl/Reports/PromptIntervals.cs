using DcrDsl.Data;
using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Measures;
using DcrDsl.Evaluation.Statistics;
using DcrDsl.Results;
using DcrDsl.Specs;

namespace DcrDsl.Reports;

/// <summary>Intervals over prompts of the arms of a block, where there are too few seeds for intervals over seeds.</summary>
sealed class PromptIntervals
{
    public const int Resamples = 1_000;

    readonly ReportBlock block;

    // Those that have no interval of their own.
    readonly IReadOnlyList<Metric> metrics;
    readonly PromptBootstrap bootstrap;
    readonly IReadOnlyList<IReadOnlyList<Scores>> scores;

    PromptIntervals(
        ReportBlock block,
        IReadOnlyList<Metric> metrics,
        PromptBootstrap bootstrap,
        IReadOnlyList<IReadOnlyList<Scores>> scores
    ) => (this.block, this.metrics, this.bootstrap, this.scores) = (block, metrics, bootstrap, scores);

    /// <summary>The intervals; null where there are seeds enough, or the arms did not answer the same prompts.</summary>
    public static PromptIntervals? Of(RunResults run, ReportBlock block)
    {
        var metrics = run.Experiment.Metrics;
        if (metrics.Count == 0 || (SeedsText.Several(block.Arms) && block.Arms.All(a => SeedsText.Suffice(a.Seeds))))
            return null;
        IReadOnlyList<Scores>[] scores = [.. block.Arms.Select(a => (IReadOnlyList<Scores>)[.. a.Cells.Select(run.Scores)])];
        if (!PromptBootstrap.Applies(scores.SelectMany(s => s)))
            return null;
        Metric[] drawn = [.. metrics.Where(m => MetricTable.Of(m).Shares is null)];
        string draw = string.Join(',', scores[0][0].PromptTasks.Select(t => t.Items.Count));
        return new PromptIntervals(
            block,
            drawn,
            PromptBootstrap.Of(
                scores,
                [.. drawn.Select(m => PromptStatistic.Of(MetricTable.Of(m), run.Experiment.MatchedDefence))],
                new RandomStream(0, "report.prompts"),
                Resamples,
                // An arm that takes no axis stands in every block, with the same draws.
                (arm, compute) => run.Once(("report.prompts", draw, string.Join(',', block.Arms[arm].Cells.Select(c => c.Id))), compute)
            ),
            scores
        );
    }

    /// <summary>
    /// The 95 % interval of an arm's metric: Wilson's for shares of prompts, and for other numbers up to 1 that no choice of prompts
    /// changes.
    /// </summary>
    public Interval Of(ArmRow arm, Metric metric)
    {
        if (Shares(arm, metric) is { } shares)
            return shares.Length == 0 ? Interval.Undefined : Proportion.WilsonOfMean(Math.Min(1, shares.Average()), shares.Length);
        var interval = bootstrap.Interval(Place(arm), Place(metric));
        return !interval.HasNoWidth ? interval
            : MetricTable.Of(metric).PromptsBehind(scores[Place(arm)][0]) is { } count ? Proportion.WilsonOfMean(interval.Low, count)
            : Interval.Undefined;
    }

    /// <summary>The 95 % interval of a difference, <paramref name="arm"/> − <paramref name="other"/>.</summary>
    public Interval Difference(ArmRow arm, ArmRow other, Metric metric)
    {
        if (Shares(arm, metric) is { } shares)
            return PairedShares.Difference(shares, Shares(other, metric)!);
        var interval = bootstrap.Difference(Place(arm), Place(other), Place(metric));
        return !interval.HasNoWidth
            ? interval
            : Interval.OfDifference(arm.Of(metric).Mean, Of(arm, metric), other.Of(metric).Mean, Of(other, metric));
    }

    /// <summary>What each prompt adds to a share, the mean over the arm's seeds; null: the metric is no share of prompts.</summary>
    double[]? Shares(ArmRow arm, Metric metric)
    {
        if (MetricTable.Of(metric).Shares is not { } shares)
            return null;
        IReadOnlyList<double>[] seeds = [.. scores[Place(arm)].Select(shares)];
        return [.. Enumerable.Range(0, seeds.Min(s => s.Count)).Select(i => seeds.Average(s => s[i]))];
    }

    int Place(ArmRow arm) => block.Arms.Index().First(a => a.Item == arm).Index;

    int Place(Metric metric) => metrics.Index().First(m => m.Item == metric).Index;
}
