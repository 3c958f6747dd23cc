using System.Globalization;
using DcrDsl.Results;

namespace DcrDsl.Reports;

/// <summary>The kernel coupling of the classes of prompts, before and after each stage along which it was watched.</summary>
static class CouplingSection
{
    public static IEnumerable<ReportSection> Of(RunResults run, ReportBlock block)
    {
        CouplingRow[] rows = [.. block.Arms.SelectMany(a => Rows(run, a))];
        foreach (var watch in rows.GroupBy(r => r.Watch))
        {
            CouplingRow[] read = [.. watch];
            string name = rows.All(r => r.Watch == watch.Key) ? "" : $", {watch.Key}";
            yield return new ReportSection(
                "Kernel coupling" + name + block.At,
                [
                    new ReportText(
                        "How far a step of training on a prompt of the second class moves the first word of the response to one of the first: "
                            + "the norm of the tangent kernel of the two prompts' largest logits, divided by that of the first prompt with "
                            + "itself; means over pairs of different prompts, and over seeds. The ratio is that of the two cross means of "
                            + "seemingly toxic and toxic prompts to their two within means: at 1, a refusal learnt on one class spreads to the "
                            + "other as within its own."
                    ),
                    Table(
                        run,
                        block,
                        read,
                        "Coupling of classes (normalised by the row's own norm)",
                        (c, a, b) => c.Mean(a, b),
                        ratio: true
                    ),
                    Table(run, block, read, "Norm of the kernel (raw)", (c, a, b) => c.MeanNorm(a, b), ratio: false),
                    .. Map(block, read),
                ]
            );
        }
    }

    /// <summary>The first and the last reading along each stage run of an arm's cells, over seeds.</summary>
    static IEnumerable<CouplingRow> Rows(RunResults run, ArmRow arm)
    {
        var watched =
            from cell in arm.Cells
            from id in cell.StageRuns
            from stage in run.StageRuns.Where(s => s.Id == id)
            from reading in Ends(run.Couplings(stage))
            select (Cell: cell, stage.Stage, reading.When, reading.Reading);
        return from read in watched
            group (read.Cell, read.Reading) by (read.Reading.Watch, read.Stage, read.When) into rows
            select new CouplingRow(arm, rows.Key.Watch, rows.Key.Stage, rows.Key.When, [.. rows]);
    }

    static IEnumerable<(string When, CouplingReading Reading)> Ends(IReadOnlyList<CouplingReading> readings) =>
        readings.GroupBy(r => r.Watch).SelectMany(g => ((string, CouplingReading)[])[("before", g.First()), ("after", g.Last())]);

    static ReportTable Table(
        RunResults run,
        ReportBlock block,
        CouplingRow[] rows,
        string title,
        Func<CouplingReading, string, string, double> of,
        bool ratio
    )
    {
        var classes = rows[0].Readings[0].Reading.Classes;
        (string A, string B)[] pairs = [.. from a in classes from b in classes select (a, b)];
        return new ReportTable(
            title + block.At,
            [
                ReportColumn.Words("arm and stage"),
                .. pairs.Select(p => new ReportColumn($"{Short(p.A)} → {Short(p.B)}")),
                .. ratio ? (ReportColumn[])[new("cross / within")] : [],
            ],
            [
                .. rows.Select(r =>
                    (IReadOnlyList<ReportCell>)
                        [
                            $"{r.Arm.Arm.Name}, {r.When} {r.Stage}",
                            .. pairs.Select(p => (ReportCell)r.Text(c => of(c, p.A, p.B))),
                            .. ratio ? (ReportCell[])[r.Text(c => c.CrossOverWithin)] : [],
                        ]
                ),
            ],
            run.Experiment.ReportCommand
        );
    }

    /// <summary>The matrix over prompts, of one seed: before the first stage of each arm that is watched, and after each.</summary>
    static IEnumerable<HeatMap> Map(ReportBlock block, CouplingRow[] rows)
    {
        HeatPanel[] panels =
        [
            .. rows.GroupBy(r => r.Arm)
                .SelectMany(arm => arm.Where((r, i) => i == 0 || r.When == "after"))
                .Select(r =>
                {
                    var reading = r.Readings[0].Reading;
                    return new HeatPanel(
                        $"{r.Arm.Arm.Name}, {r.When} {r.Stage}",
                        reading.Matrix,
                        [.. reading.Prompts.GroupBy(p => p.Class).Select(g => (Short(g.Key), g.Count()))]
                    );
                }),
        ];
        string seed = rows[0].Readings[0].Cell.Seed is { } of ? string.Create(CultureInfo.InvariantCulture, $", seed {of}") : "";
        yield return new HeatMap(
            $"Coupling of each prompt (row) with each other (column){seed}{block.At}; full colour: 1 or more",
            panels,
            1
        );
    }

    /// <summary>"seemingly toxic" for SeeminglyToxic.</summary>
    static string Short(string promptClass) =>
        string.Concat(
            promptClass.Select((c, i) => i > 0 && char.IsUpper(c) ? $" {char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}")
        );

    sealed record CouplingRow(
        ArmRow Arm,
        string Watch,
        string Stage,
        string When,
        IReadOnlyList<(CellRecord Cell, CouplingReading Reading)> Readings
    )
    {
        public string Text(Func<CouplingReading, double> value)
        {
            var estimate = SeedEstimate.Over(Readings.Select(r => r.Cell), c => value(Readings.First(r => r.Cell == c).Reading));
            int digits = Math.Abs(estimate.Mean) < 100 ? 3 : 0;
            return EstimateText.Of(estimate, 1, digits);
        }
    }
}
