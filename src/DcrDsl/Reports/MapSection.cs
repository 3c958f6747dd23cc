using DcrDsl.Evaluation.Measures;
using DcrDsl.Results;
using DcrDsl.Specs;

namespace DcrDsl.Reports;

/// <summary>Metrics over two swept axes at once, as maps of each arm that takes both.</summary>
static class MapSection
{
    public static IEnumerable<ReportSection> Of(RunResults run)
    {
        var metrics = run.Experiment.Metrics.Where(m => MetricTable.Of(m).AlongAxes).ToArray();
        AxisRecord[] axes = [.. run.Experiment.Axes.Where(a => a.Values.Count > 1)];
        foreach (var (i, down) in axes.Index())
        foreach (var across in axes.Skip(i + 1))
        {
            ValuePanel[] panels = [.. run.Experiment.Arms.SelectMany(a => Panels(run, a.Name, down, across, metrics))];
            if (panels.Length > 0)
                yield return new ReportSection(
                    $"{down.Path} by {across.Path}",
                    [
                        new ValueMap(
                            $"Means of metrics at each {down.Path} and {across.Path}{JudgeText.After(run)}",
                            panels,
                            run.Experiment.ReportCommand
                        ),
                        new ReportText(
                            "In each map, the highest value has the most colour and the lowest the least"
                                + (
                                    axes.Length > 2
                                        ? ". Values are means over the other axes' combinations that all fields have, then over seeds."
                                        : "."
                                )
                        ),
                    ]
                );
        }
    }

    static IEnumerable<ValuePanel> Panels(RunResults run, string arm, AxisRecord down, AxisRecord across, Metric[] metrics)
    {
        CellRecord[] cells =
        [
            .. run.Cells.Where(c => c.Arm == arm && c.Values.ContainsKey(down.Path) && c.Values.ContainsKey(across.Path)),
        ];
        var fields = cells.ToLookup(c => (c.Values[down.Path], c.Values[across.Path]));
        string[] rows = Taken(down, cells),
            columns = Taken(across, cells);
        // Axes that change together, and one that has a single value left, are a line and no map.
        if (rows.Length < 2 || columns.Length < 2 || fields.Count <= Math.Max(rows.Length, columns.Length))
            yield break;
        string[] shared = [.. cells.Select(Rest).Distinct().Where(rest => fields.All(f => f.Any(c => Rest(c) == rest)))];
        foreach (var metric in metrics)
        {
            var text = MetricText.Of(metric, run);
            var values = rows.Select(r => (IReadOnlyList<double>)[.. columns.Select(c => Mean(r, c, metric) * text.Factor)]).ToArray();
            if (values.Any(r => r.Any(double.IsFinite)))
                yield return new ValuePanel($"{arm}: {text.Head}", down.Path, across.Path, rows, columns, values, text.Digits);
        }

        string Rest(CellRecord cell) =>
            string.Join('\n', cell.Values.Where(v => v.Key != down.Path && v.Key != across.Path).Select(v => $"{v.Key}={v.Value}"));

        double Mean(string row, string column, Metric metric) =>
            fields[(row, column)].Where(c => shared.Contains(Rest(c))).ToArray() is { Length: > 0 } counted
                ? Measured.Over(metric, counted, run).Mean
                : double.NaN;
    }

    static string[] Taken(AxisRecord axis, CellRecord[] cells) => [.. axis.Values.Where(v => cells.Any(c => c.Values[axis.Path] == v))];
}
