using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Measures;
using DcrDsl.Specs;

namespace DcrDsl.Results;

/// <summary>Metrics of cells: read off scores, and over seeds.</summary>
static class Measured
{
    /// <summary>The metrics that the scores have.</summary>
    /// <param name="scores">The scores of a cell.</param>
    /// <param name="metrics">The metrics of the experiment, in its order.</param>
    /// <param name="matchedDefence">The defence at which compliance is compared.</param>
    public static OrderedDictionary<Metric, double> Of(Scores scores, IEnumerable<Metric> metrics, double matchedDefence)
    {
        var values = new OrderedDictionary<Metric, double>();
        foreach (var metric in metrics)
            if (MetricTable.Of(metric).Formula(scores, matchedDefence) is { } value)
                values.Add(metric, value);
        return values;
    }

    /// <summary>A metric over the seeds of some cells; NaN where a cell lacks it.</summary>
    public static SeedEstimate Over(Metric metric, IReadOnlyList<CellRecord> cells, RunResults run) =>
        SeedEstimate.Over(cells, c => c.Metrics.GetValueOrDefault(metric, double.NaN)) with
        {
            Prompts = PromptsBehind(metric, cells, run),
        };

    /// <summary>The prompts behind a metric of some cells, of the cell with the fewest; null where the metric has no bounds.</summary>
    public static Func<int>? PromptsBehind(Metric metric, IReadOnlyList<CellRecord> cells, RunResults run)
    {
        var row = MetricTable.Of(metric);
        return row.Unit.IsBounded ? () => cells.Min(c => row.PromptsBehind(run.Scores(c)) ?? 0) : null;
    }
}
