using System.Globalization;
using DcrDsl.Evaluation.Watching;
using DcrDsl.Results;

namespace DcrDsl.Reports;

/// <summary>The kernel coupling of the classes of prompts: along each stage that was watched, and before and after it.</summary>
static class CouplingSection
{
    const string Meaning =
        "How far a step of training on a prompt of the second class moves the first word answered to one of the first: the norm of the "
        + "tangent kernel of the two prompts' largest logits, divided by that of the first prompt with itself; means over pairs of "
        + "different prompts, then over seeds. Across over within is the mean of the couplings of seemingly toxic with toxic prompts over "
        + "that of prompts of one of these classes: at 1, what is learnt on one class spreads to the other as within its own.";

    public static IEnumerable<ReportSection> Of(RunResults run, ReportBlock block)
    {
        WatchedReadings[] watched = [.. WatchedReadings.In(run, block).Where(w => w.HasMatrix)];
        if (watched.Length == 0)
            yield break;
        CouplingRow[] rows = [.. watched.SelectMany(Rows)];
        yield return new ReportSection(
            "Kernel coupling" + block.At,
            [
                new ReportText(Meaning),
                Along(watched, block),
                Table(run, rows, "Coupling of classes, row → column" + block.At, (c, a, b) => c.Mean(a, b), withRatio: true),
                Table(run, rows, "Norm of the kernel, not divided" + block.At, (c, a, b) => c.MeanNorm(a, b), withRatio: false),
                Map(rows, block),
            ]
        );
    }

    /// <summary>Across over within, over the steps of each stage.</summary>
    static LineChart Along(WatchedReadings[] watched, ReportBlock block)
    {
        var text = WatchedMeasure.Of(CouplingWatch.CrossOverWithin);
        return new LineChart(
            $"Coupling of seemingly toxic with toxic prompts, across over within{block.At}",
            [
                .. watched.Select(w => new LinePanel(
                    $"{w.Watch}, {w.Stage}",
                    "steps made",
                    [],
                    [.. w.Arms.Select(a => new ChartLine(a.Arm.Series, a.Arm.Arm.Name, [.. a.Steps.Select(s => Point(a, s))]))],
                    text.Low,
                    text.High,
                    Logarithmic: false
                )),
            ],
            [.. watched.SelectMany(w => w.Arms).Select(a => (a.Arm.Series, a.Arm.Arm.Name)).Distinct()]
        );

        static ChartPoint Point(WatchedArm arm, int step)
        {
            var estimate = arm.At(step, CouplingWatch.CrossOverWithin, "", null);
            return new ChartPoint(step, estimate.Mean, estimate.Interval95.Low, estimate.Interval95.High);
        }
    }

    /// <summary>Of each arm what was read before the stage and after it.</summary>
    static IEnumerable<CouplingRow> Rows(WatchedReadings watched) =>
        from arm in watched.Arms
        let cells = arm.Cells.Select(c => (c.Cell, Readings: CouplingReading.Of(c.Readings))).ToList()
        from end in new[] { (When: "before", First: true), (When: "after", First: false) }
        select new CouplingRow(
            $"{arm.Arm.Arm.Name}, {end.When} {watched.Stage}" + (watched.Watch == nameof(Specs.KernelCoupling) ? "" : $": {watched.Watch}"),
            [.. cells.Select(c => (c.Cell, end.First ? c.Readings[0] : c.Readings[^1]))]
        );

    static ReportTable Table(
        RunResults run,
        CouplingRow[] rows,
        string title,
        Func<CouplingReading, string, string, double> of,
        bool withRatio
    )
    {
        var classes = rows.Select(r => r.Readings[0].Reading.Classes).MaxBy(c => c.Count)!;
        (string A, string B)[] pairs = [.. from a in classes from b in classes select (a, b)];
        return new ReportTable(
            title,
            [
                ReportColumn.Words("arm and stage"),
                .. pairs.Select(p => new ReportColumn($"{WatchSection.ClassText(p.A)} → {WatchSection.ClassText(p.B)}")),
                .. withRatio ? (ReportColumn[])[new("across / within")] : [],
            ],
            [
                .. rows.Select(r =>
                    (IReadOnlyList<ReportCell>)
                        [
                            r.Name,
                            .. pairs.Select(p => (ReportCell)(r.Has(p.A) && r.Has(p.B) ? r.Text(c => of(c, p.A, p.B)) : Numbers.Undefined)),
                            .. withRatio ? (ReportCell[])[r.Text(c => c.CrossOverWithin)] : [],
                        ]
                ),
            ],
            run.Experiment.ReportCommand
        );
    }

    /// <summary>The matrices of one seed.</summary>
    static HeatMap Map(CouplingRow[] rows, ReportBlock block)
    {
        string seed = rows[0].Readings[0].Cell.Seed is { } of ? string.Create(CultureInfo.InvariantCulture, $", seed {of}") : "";
        return new HeatMap(
            $"Coupling of each prompt (row) with each other (column){seed}{block.At}; full colour from 1 on",
            [
                .. rows.Select(r =>
                {
                    var reading = r.Readings[0].Reading;
                    return new HeatPanel(
                        r.Name,
                        reading.Matrix,
                        [.. reading.Prompts.GroupBy(p => p.Class).Select(g => (WatchSection.ClassText(g.Key), g.Count()))]
                    );
                }),
            ],
            Full: 1
        );
    }

    /// <summary>What was read at one moment of an arm.</summary>
    /// <param name="Name">Arm, moment and stage.</param>
    /// <param name="Readings">The reading of each cell.</param>
    sealed record CouplingRow(string Name, IReadOnlyList<(CellRecord Cell, CouplingReading Reading)> Readings)
    {
        public bool Has(string promptClass) => Readings[0].Reading.Classes.Contains(promptClass);

        public string Text(Func<CouplingReading, double> value)
        {
            var values = Readings.ToDictionary(r => r.Cell, r => value(r.Reading));
            var estimate = SeedEstimate.Over(values.Keys, c => values[c]);
            return EstimateText.Of(estimate, 1, Math.Abs(estimate.Mean) < 10 ? 3 : 1);
        }
    }
}
