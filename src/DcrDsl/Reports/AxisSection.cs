using DcrDsl.Plans;
using DcrDsl.Specs;

namespace DcrDsl.Reports;

/// <summary>Metrics along each axis, one line for each arm; an arm that does not take the axis is a level line.</summary>
static class AxisSection
{
    static readonly Metric[] Shown = [Metric.ComplianceRate, Metric.DefenceSuccessRate, Metric.ComplianceAtMatchedDefence, Metric.GeneralLoss];

    public static IEnumerable<ReportSection> Of(RunResults run)
    {
        var metrics = Shown.Where(run.Experiment.Metrics.Contains).ToArray();
        foreach (var axis in run.Experiment.Axes.Where(a => a.Values.Count > 1))
        {
            var panels = metrics.Select(m => Panel(run, axis, m)).Where(p => p.Lines.Count > 0).ToArray();
            if (panels.Length > 0)
                yield return new ReportSection($"Along {axis.Path}", [new LineChart($"Metrics along {axis.Path}, with 95 % intervals over seeds", panels, [.. run.Experiment.Arms.Index().Select(a => (a.Index, a.Item.Name))]), .. Averaged(run, axis)]);
        }
    }

    static IEnumerable<ReportText> Averaged(RunResults run, AxisRecord axis)
    {
        string[] others = [.. run.Experiment.Axes.Where(a => a != axis && a.Values.Count > 1).Select(a => a.Path)];
        if (others.Length > 0) yield return new ReportText($"Each point is the mean over {Numbers.List(others)} of the values at one seed, and then over seeds.");
    }

    static LinePanel Panel(RunResults run, AxisRecord axis, Metric metric)
    {
        var text = MetricText.Of(metric, run.Experiment.MatchedDefence);
        var lines = run.Experiment.Arms.Index().Select(a => Line(run, axis, metric, a.Item.Name, a.Index, text.Factor)).Where(l => l.Points.Count > 0);
        return new LinePanel(text.Head, axis.Path, axis.Values, [.. lines], text.IsShare ? 0 : null, text.IsShare ? 100 : null, Logarithmic: false);
    }

    static ChartLine Line(RunResults run, AxisRecord axis, Metric metric, string arm, int series, double factor)
    {
        var points = new List<ChartPoint>();
        for (int i = 0; i < axis.Values.Count; i++)
        {
            string label = axis.Values[i];
            var seeds = run.Cells
                .Where(c => c.Arm == arm && c.Values.GetValueOrDefault(axis.Path, label) == label)
                .GroupBy(c => c.Seed, c => c.Metrics.GetValueOrDefault(metric, double.NaN))
                .Select(g => KeyValuePair.Create(g.Key, g.Average() * factor));
            var estimate = new SeedEstimate(new OrderedDictionary<int, double>(seeds));
            if (estimate.Count > 0 && double.IsFinite(estimate.Mean)) points.Add(new ChartPoint(i, estimate.Mean, estimate.Interval95.Low, estimate.Interval95.High));
        }
        return new ChartLine(series, arm, points);
    }
}
