using DcrDsl.Data;
using DcrDsl.Evaluation;
using DcrDsl.Plans;
using DcrDsl.Specs;

namespace DcrDsl.Reports;

/// <summary>Intervals over prompts of the arms of a block, where there are too few seeds for intervals over seeds.</summary>
sealed class PromptIntervals
{
    public const int Resamples = 1_000;

    readonly ReportBlock block;
    readonly IReadOnlyList<Metric> metrics;
    readonly PromptBootstrap bootstrap;

    PromptIntervals(ReportBlock block, IReadOnlyList<Metric> metrics, PromptBootstrap bootstrap) => (this.block, this.metrics, this.bootstrap) = (block, metrics, bootstrap);

    /// <summary>The intervals; null where there are seeds enough, or the arms did not answer the same prompts.</summary>
    public static PromptIntervals? Of(RunResults run, ReportBlock block)
    {
        var metrics = run.Experiment.Metrics;
        if (metrics.Count == 0 || block.Arms.All(a => a.Cells.Count >= AnswerSentence.SeedsForAClaim)) return null;
        IReadOnlyList<Scores>[] scores = [.. block.Arms.Select(a => (IReadOnlyList<Scores>)[.. a.Cells.Select(run.Scores)])];
        if (!PromptBootstrap.Applies(scores.SelectMany(s => s))) return null;
        var values = metrics.Select(m => (Func<Scores, double>)(s => Measured.Value(m, s, run.Experiment.MatchedDefence) ?? double.NaN)).ToList();
        return new PromptIntervals(block, metrics, PromptBootstrap.Of(scores, values, new RandomStream(0, "report.prompts"), Resamples));
    }

    /// <summary>The 95 % interval of an arm's metric.</summary>
    public Interval Of(ArmRow arm, Metric metric) => bootstrap.Interval(Place(arm), Place(metric));

    /// <summary>The 95 % interval of a difference, <paramref name="arm"/> − <paramref name="other"/>.</summary>
    public Interval Difference(ArmRow arm, ArmRow other, Metric metric) => bootstrap.Difference(Place(arm), Place(other), Place(metric));

    int Place(ArmRow arm) => block.Arms.Index().First(a => a.Item == arm).Index;

    int Place(Metric metric) => metrics.Index().First(m => m.Item == metric).Index;
}
