using System.Globalization;
using DcrDsl.Evaluation.Measures;
using DcrDsl.Evaluation.Statistics;
using DcrDsl.Results;
using DcrDsl.Specs;

namespace DcrDsl.Reports;

/// <summary>The numbers of one block: every arm by itself, and against the reference.</summary>
static class ResultSections
{
    static readonly (MetricPlot Plot, string Title)[] Titles =
    [
        (MetricPlot.Sides, "Compliance beside defence"),
        (MetricPlot.Matched, "Compliance where all arms defend alike, and how well the refusal probability tells the classes apart"),
        (MetricPlot.Probabilities, "Refusal probability by class of prompt"),
    ];

    public static IEnumerable<ReportSection> Of(RunResults run, ReportBlock block, PromptIntervals? prompts)
    {
        if (run.Experiment.Metrics.Count == 0)
            yield break; // multiple-choice tasks alone
        yield return new ReportSection("Results" + block.At, [.. Plots(run, block, prompts), Table(run, block)], SectionPlace.Front);
        if (block.Others.Any())
            yield return new ReportSection(
                $"Against {block.Reference!.Arm.Name}{block.At}",
                [.. Differences(run, block, prompts)],
                SectionPlace.Front
            );
    }

    static IEnumerable<ReportPart> Plots(RunResults run, ReportBlock block, PromptIntervals? prompts)
    {
        foreach (var (plot, title) in Titles)
        {
            DotPanel[] panels = [.. Drawn(run, row => row.Plot == plot).Select(m => Panel(run, block, prompts, m))];
            if (panels.Length > 0)
                yield return new DotPlot(title + Bars(prompts) + block.At + JudgeText.After(run, block.Arms), panels, []);
        }
    }

    static IEnumerable<Metric> Drawn(RunResults run, Func<MetricRow, bool> where) =>
        run.Experiment.Metrics.Where(m => where(MetricTable.Of(m)));

    static string Bars(PromptIntervals? prompts) => prompts is null ? "" : ", with 95 % intervals over prompts";

    static DotPanel Panel(RunResults run, ReportBlock block, PromptIntervals? prompts, Metric metric)
    {
        var text = MetricText.Of(metric, run);
        double high = text.IsShare ? 100 : 1;
        return new DotPanel(
            text.Head,
            [.. block.Arms.Select(a => new DotRow(a.Arm.Name, [Mark(a, metric, prompts, text)]))],
            Math.Min(text.Row.ScaleFrom, Lowest(block, prompts, metric)) * text.Factor,
            high,
            text.IsShare ? " %" : "",
            text.Digits
        );
    }

    static double Lowest(ReportBlock block, PromptIntervals? prompts, Metric metric) =>
        block
            .Arms.SelectMany(a => a.Of(metric).Values.Values.Append(a.Of(metric).Mean).Append(prompts?.Of(a, metric).Low ?? double.NaN))
            .Where(double.IsFinite)
            .DefaultIfEmpty(1)
            .Min();

    static DotMark Mark(ArmRow arm, Metric metric, PromptIntervals? prompts, MetricText text)
    {
        var estimate = arm.Of(metric);
        var interval = prompts?.Of(arm, metric) ?? estimate.Interval95;
        return new DotMark(
            arm.Series,
            arm.Arm.Name,
            estimate.Mean * text.Factor,
            interval.Low * text.Factor,
            interval.High * text.Factor,
            [.. estimate.Values.Select(v => (Seed(v.Key), v.Value * text.Factor))]
        );
    }

    static string Seed(int seed) => string.Create(CultureInfo.InvariantCulture, $"seed {seed}");

    static ReportTable Table(RunResults run, ReportBlock block) =>
        new(
            SeedsText.Values(block.Arms) + block.At + JudgeText.After(run, block.Arms),
            [ReportColumn.Words("metric"), .. block.Arms.Select(a => new ReportColumn(a.Arm.Name))],
            [
                .. Metrics(run)
                    .Select(m =>
                        (IReadOnlyList<ReportCell>)
                            [new(m.Text.Head, m.Text.Meaning), .. block.Arms.Select(a => Estimate(a.Of(m.Metric), m.Text))]
                    ),
                [
                    new("seeds", "finished cells; a dash where no seed changes the numbers"),
                    .. block.Arms.Select(a => SeedsText.Of(a.Seeds)),
                ],
            ],
            run.Experiment.Command
        );

    static IEnumerable<(Metric Metric, MetricText Text)> Metrics(RunResults run) =>
        run.Experiment.Metrics.Select(m => (m, MetricText.Of(m, run)));

    static ReportCell Estimate(SeedEstimate estimate, MetricText text) => EstimateText.Of(estimate, text.Factor, text.Digits);

    static IEnumerable<ReportPart> Differences(RunResults run, ReportBlock block, PromptIntervals? prompts)
    {
        string reference = block.Reference!.Arm.Name,
            judged = JudgeText.After(run, block.Arms);
        Metric[] plotted = [.. Drawn(run, row => row.DrawnAsDifference)];
        if (plotted.Length > 0)
            yield return new DotPlot(
                $"Paired differences to {reference}, in points{Bars(prompts)}{block.At}{judged}",
                [.. plotted.Select(m => DifferencePanel(block, prompts, m))],
                []
            );

        ArmRow[] others = [.. block.Others];
        yield return new ReportTable(
            $"{SeedsText.Differences(block.Arms, reference)}{block.At}{judged}",
            [ReportColumn.Words("metric"), .. others.Select(a => new ReportColumn(a.Arm.Name))],
            [
                .. Metrics(run)
                    .Select(m =>
                        (IReadOnlyList<ReportCell>)
                            [
                                new(m.Text.DifferenceHead, m.Text.Meaning),
                                .. others.Select(a => Difference(a.Minus(block.Reference, m.Metric), m.Text)),
                            ]
                    ),
                [
                    new("seeds", "that both arms have; a dash where no seed changes the numbers"),
                    .. others.Select(a =>
                        SeedsText.Of(
                            a.Seeds is null && block.Reference.Seeds is null
                                ? null
                                : a.Minus(block.Reference, run.Experiment.Metrics[0]).Count
                        )
                    ),
                ],
            ],
            run.Experiment.Command
        );
    }

    static DotPanel DifferencePanel(ReportBlock block, PromptIntervals? prompts, Metric metric)
    {
        var text = MetricText.Of(metric);
        return new DotPanel(
            text.Name,
            [.. block.Others.Select(a => new DotRow(a.Arm.Name, [DifferenceMark(a, block.Reference!, prompts, metric)]))],
            null,
            null,
            "",
            1,
            Zero: true
        );
    }

    static DotMark DifferenceMark(ArmRow arm, ArmRow reference, PromptIntervals? prompts, Metric metric)
    {
        var (own, others) = (arm.Of(metric), reference.Of(metric));
        var difference = own - others;
        var interval = prompts?.Difference(arm, reference, metric) ?? difference.Interval;
        return new DotMark(
            arm.Series,
            $"{arm.Arm.Name} − {reference.Arm.Name}",
            difference.Mean * 100,
            interval.Low * 100,
            interval.High * 100,
            [.. own.Differences(others).Select(d => (Seed(d.Seed), d.Value * 100))]
        );
    }

    static ReportCell Difference(PairedDifference difference, MetricText text) =>
        difference.Count > 1 || double.IsFinite(difference.Interval.Low)
            ? $"{text.Difference(difference.Mean)} ({text.Interval(difference.Interval)})"
            : text.Difference(difference.Mean);
}
