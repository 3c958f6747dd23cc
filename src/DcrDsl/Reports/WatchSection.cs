using System.Globalization;
using DcrDsl.Results;

namespace DcrDsl.Reports;

/// <summary>What was read off the models along training: over the steps, or over the layers before and after.</summary>
static class WatchSection
{
    // A longer table is folded.
    const int Rows = 12;

    public static IEnumerable<ReportSection> Of(RunResults run, ReportBlock block)
    {
        WatchedReadings[] watched = [.. WatchedReadings.In(run, block).Where(w => !w.HasMatrix)];
        if (watched.Length == 0)
            yield break;
        var parts = new List<ReportPart>();
        var folded = new List<ReportPart>();
        foreach (var readings in watched)
        {
            parts.AddRange(Charts(readings, block));
            var table = Table(run, readings, block);
            (table.Rows.Count > Rows ? folded : parts).Add(table);
        }
        yield return new ReportSection("Along training" + block.At, parts);
        if (folded.Count > 0)
            yield return new ReportSection($"Along training{block.At}, layer by layer", folded, SectionPlace.Folded);
    }

    static IEnumerable<ReportPart> Charts(WatchedReadings readings, ReportBlock block)
    {
        string over = SeedsText.Several(readings.Arms.Select(a => a.Arm)) ? ", with 95 % intervals over seeds" : "";
        (int, string)[] legend = [.. readings.Arms.Select(a => (a.Arm.Series, a.Arm.Arm.Name))];
        LinePanel[] steps =

            [
                .. readings
                    .Measures.Where(m => readings.Layers(m).Count == 0)
                    .SelectMany(m => readings.Of(m).Select(of => OverSteps(readings, m, of))),
            ],
            layers =

            [
                .. readings
                    .Measures.Where(m => readings.Layers(m).Count > 0)
                    .SelectMany(m => readings.Of(m).Select(of => OverLayers(readings, m, of))),
            ];
        if (steps.Length > 0)
            yield return new LineChart($"{readings.Watch} over the steps of {readings.Stage}{over}{block.At}", steps, legend);
        if (layers.Length > 0)
            yield return new LineChart(
                $"{readings.Watch} by layer before (dashed) and after {readings.Stage}{over}{block.At}",
                layers,
                legend
            );
    }

    static LinePanel OverSteps(WatchedReadings readings, string measure, string of)
    {
        var text = WatchedMeasure.Of(measure);
        return Panel(
            text,
            of,
            "steps made",
            [],
            [
                .. readings.Arms.Select(a => new ChartLine(
                    a.Arm.Series,
                    a.Arm.Arm.Name,
                    [.. a.Steps.Select(s => Point(s, a.At(s, measure, of, null), text)).Where(p => double.IsFinite(p.Y))]
                )),
            ]
        );
    }

    static LinePanel OverLayers(WatchedReadings readings, string measure, string of)
    {
        var text = WatchedMeasure.Of(measure);
        var layers = readings.Layers(measure);
        return Panel(
            text,
            of,
            "layer",
            [.. layers.Select(l => Numbers.Of(l, 0))],
            [
                .. readings.Arms.SelectMany(a =>
                    new[]
                    {
                        Line(a, $"{a.Arm.Arm.Name}, before", l => a.Before(measure, of, l)) with
                        {
                            Dashed = true,
                        },
                        Line(a, $"{a.Arm.Arm.Name}, after", l => a.After(measure, of, l)),
                    }
                ),
            ]
        );

        ChartLine Line(WatchedArm arm, string name, Func<int, SeedEstimate> at) =>
            new(arm.Arm.Series, name, [.. layers.Index().Select(l => Point(l.Index, at(l.Item), text)).Where(p => double.IsFinite(p.Y))]);
    }

    static LinePanel Panel(WatchedMeasure text, string of, string across, IReadOnlyList<string> labels, IReadOnlyList<ChartLine> lines) =>
        new(
            Head(text, of),
            across,
            labels,
            [.. lines.Where(l => l.Points.Count > 0)],
            text.From(lines.SelectMany(l => l.Points).Select(p => p.Y)),
            text.High,
            Logarithmic: false
        );

    static ChartPoint Point(double x, SeedEstimate estimate, WatchedMeasure text)
    {
        var interval = estimate.Interval95.Times(text.Factor);
        return new ChartPoint(x, estimate.Mean * text.Factor, interval.Low, interval.High);
    }

    static ReportTable Table(RunResults run, WatchedReadings readings, ReportBlock block) =>
        new(
            $"{readings.Watch}: before → after {readings.Stage}{block.At}",
            [ReportColumn.Words(""), .. readings.Arms.Select(a => new ReportColumn(a.Arm.Arm.Name))],
            [
                .. from measure in readings.Measures
                let text = WatchedMeasure.Of(measure)
                from of in readings.Of(measure)
                from layer in readings.Layers(measure) is { Count: > 0 } layers ? layers.Select(l => (int?)l) : [null]
                select (IReadOnlyList<ReportCell>)
                    [Head(text, of) + At(layer), .. readings.Arms.Select(a => (ReportCell)BeforeAfter(a, text, measure, of, layer))],
            ],
            run.Experiment.Command
        );

    static string BeforeAfter(WatchedArm arm, WatchedMeasure text, string measure, string of, int? layer) =>
        $"{EstimateText.Of(arm.Before(measure, of, layer), text.Factor, text.Digits)} → "
        + EstimateText.Of(arm.After(measure, of, layer), text.Factor, text.Digits);

    static string Head(WatchedMeasure text, string of) => of.Length == 0 ? text.Name : $"{text.Name}: {ClassText(of)}";

    /// <summary>"SeeminglyToxic" as people read it.</summary>
    public static string ClassText(string of) =>
        string.Concat(of.Index().Select(c => c.Index > 0 && char.IsUpper(c.Item) ? $" {char.ToLowerInvariant(c.Item)}" : $"{c.Item}"))
            .ToLowerInvariant();

    static string At(int? layer) => layer is { } place ? string.Create(CultureInfo.InvariantCulture, $", layer {place}") : "";
}
