using DcrDsl.Evaluation.Measures;
using DcrDsl.Results;
using DcrDsl.Specs;

namespace DcrDsl.Reports;

/// <summary>Metrics along each axis, one line for each arm; an arm that does not take the axis is a level line.</summary>
static class AxisSection
{
    public static IEnumerable<ReportSection> Of(RunResults run)
    {
        var metrics = run.Experiment.Metrics.Where(m => MetricTable.Of(m).AlongAxes).ToArray();
        if (metrics.Length == 0)
            yield break;
        foreach (var axis in run.Experiment.Axes.Where(a => a.Values.Count > 1))
        {
            var shared = SharedCells.Of(run, axis);
            var panels = metrics.Select(m => Panel(run, axis, m, shared)).Where(p => p.Lines.Count > 0).ToArray();
            string over = run.Cells.Select(c => c.Seed).OfType<int>().Distinct().Count() > 1 ? ", with 95 % intervals over seeds" : "";
            var parts = new List<ReportPart>();
            if (panels.Length > 0)
                parts.Add(
                    new LineChart(
                        $"Metrics along {axis.Path}{over}{JudgeText.After(run)}",
                        panels,
                        [.. run.Experiment.Arms.Index().Select(a => (a.Index, a.Item.Name))]
                    )
                );
            parts.AddRange(shared.Notes.Select(note => new ReportText(note)));
            if (parts.Count > 0)
                yield return new ReportSection($"Along {axis.Path}", parts);
        }
    }

    static LinePanel Panel(RunResults run, AxisRecord axis, Metric metric, SharedCells shared)
    {
        var text = MetricText.Of(metric, run);
        var lines = run
            .Experiment.Arms.Index()
            .Select(a => Line(run, axis, metric, a.Item.Name, a.Index, text.Factor, shared))
            .Where(l => l.Points.Count > 0);
        return new LinePanel(
            text.Head,
            axis.Path,
            axis.Values,
            [.. lines],
            text.IsShare ? 0 : null,
            text.IsShare ? 100 : null,
            Logarithmic: false
        );
    }

    static ChartLine Line(RunResults run, AxisRecord axis, Metric metric, string arm, int series, double factor, SharedCells shared)
    {
        var points = new List<ChartPoint>();
        for (int i = 0; i < axis.Values.Count; i++)
        {
            var cells = shared.At(arm, axis.Values[i]);
            var estimate = Measured.Over(metric, cells, run);
            if (estimate.Count == 0 || !double.IsFinite(estimate.Mean))
                continue;
            var interval = estimate.Interval95.Times(factor);
            points.Add(new ChartPoint(i, estimate.Mean * factor, interval.Low, interval.High));
        }
        return new ChartLine(series, arm, points);
    }
}
