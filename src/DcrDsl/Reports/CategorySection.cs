using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Measures;
using DcrDsl.Evaluation.Statistics;
using DcrDsl.Results;
using DcrDsl.Specs;
using DcrDsl.Wording;

namespace DcrDsl.Reports;

/// <summary>
/// The metrics by category, language and source of the prompts, wherever these form several groups. Compliance by category is drawn; the
/// others, and what has many rows, are folded.
/// </summary>
static class CategorySection
{
    /// <summary>Groups of fewer prompts are marked.</summary>
    public const int FewPrompts = 20;

    /// <summary>More rows than fit on a page.</summary>
    public const int ManyGroups = 30;

    public static IEnumerable<ReportSection> Of(RunResults run, ReportBlock block) =>
        from grouping in Enum.GetValues<PromptGrouping>()
        let cells = block.Arms.SelectMany(a => a.Cells).ToDictionary(c => c.Id, c => Parts(run.Scores(c), grouping))
        where cells.Values.SelectMany(parts => parts.Keys).Distinct(StringComparer.Ordinal).Skip(1).Any()
        from metric in run.Experiment.Metrics
        // Others compare classes, which seldom have groups in common, or fit all prompts together; no interval over prompts is known here.
        where MetricTable.Of(metric).Mean is not null
        let section = Section(run, block, grouping, metric, cells)
        where section is not null
        select section;

    static Dictionary<string, Scores> Parts(Scores scores, PromptGrouping by) =>
        scores.Groups(by).ToDictionary(group => group, group => scores.Within(by, group), StringComparer.Ordinal);

    static ReportSection? Section(
        RunResults run,
        ReportBlock block,
        PromptGrouping by,
        Metric metric,
        Dictionary<string, Dictionary<string, Scores>> cells
    )
    {
        var text = MetricText.Of(metric, run);
        double Value(CellRecord cell, string group) =>
            cells[cell.Id].GetValueOrDefault(group) is { } part
                ? text.Row.Formula(part, run.Experiment.MatchedDefence) ?? double.NaN
                : double.NaN;
        string[] groups =
        [
            .. cells
                .Values.SelectMany(parts => parts.Keys)
                .Distinct(StringComparer.Ordinal)
                .Where(group => block.Arms.Any(a => a.Cells.Any(c => double.IsFinite(Value(c, group)))))
                .Order(StringComparer.Ordinal),
        ];
        if (groups.Length < 2)
            return null;
        string what = by.ToString().ToLowerInvariant(),
            name = char.ToUpperInvariant(text.Name[0]) + text.Name[1..],
            after = block.At + (text.Row.IsJudged ? JudgeText.After(run, block.Arms) : "");
        int? Prompts(string group) =>
            block
                .Arms.SelectMany(a => a.Cells)
                .Select(c => cells[c.Id].GetValueOrDefault(group) is { } part ? text.Row.PromptsBehind(part) : null)
                .Min();
        bool few = groups.Any(g => Prompts(g) < FewPrompts);
        var table = new ReportTable(
            $"{name} by {what}{(text.IsShare ? ", in %" : "")}, mean over seeds"
                + $"{(text.Row.Unit.IsBounded ? ", with Wilson's 95 % interval over the prompts of the group" : "")}{after}",
            [ReportColumn.Words(what), new("prompts"), .. block.Arms.Select(a => new ReportColumn(a.Arm.Name))],
            [
                .. groups.Select(group =>
                    (IReadOnlyList<ReportCell>)
                        [
                            Named(group) + (Prompts(group) < FewPrompts ? " *" : ""),
                            Prompts(group) is { } count ? Numbers.Of(count, 0) : Numbers.Undefined,
                            .. block.Arms.Select(a => (ReportCell)Cell(text, a.Over(c => Value(c, group)).Mean, Prompts(group))),
                        ]
                ),
            ],
            run.Experiment.ReportCommand
        );
        bool drawn = metric == Metric.ComplianceRate && by == PromptGrouping.Category && groups.Length <= ManyGroups;
        return new ReportSection(
            $"{name} by {what}{block.At}",
            [
                .. drawn
                    ? [Plot(block, text, groups, (arm, group) => arm.Over(c => Value(c, group)).Mean, after)]
                    : Array.Empty<ReportPart>(),
                table,
                .. few ? [FewText(groups.Length)] : Array.Empty<ReportPart>(),
            ],
            drawn ? SectionPlace.Back : SectionPlace.Folded
        );
    }

    /// <summary>What the mark of small groups says.</summary>
    public static ReportText FewText(int groups) =>
        new(
            $"* fewer than {FewPrompts}: the number of such a group says little, as its interval shows, and with "
                + $"{English.Count(groups, "group")} the largest and the smallest are so by chance too."
        );

    static string Named(string group) => group.Length > 0 ? group : "(none)";

    static string Cell(MetricText text, double mean, int? prompts)
    {
        string value = Numbers.Of(mean * text.Factor, text.Digits);
        if (prompts is not > 0 || !text.Row.Unit.IsBounded || double.IsNaN(mean))
            return value;
        var interval = Proportion.WilsonOfMean(Math.Clamp(mean, 0, 1), prompts.Value);
        return $"{value} ({Numbers.Interval(interval.Times(text.Factor), text.Digits)})";
    }

    static DotPlot Plot(ReportBlock block, MetricText text, string[] groups, Func<ArmRow, string, double> mean, string after) =>
        new(
            "Seemingly toxic prompts that get an answer, by category, mean over seeds" + after,
            [
                new DotPanel(
                    $"{text.Name}, %",
                    [.. groups.Select(g => new DotRow(Named(g), [.. block.Arms.Select(a => Mark(a, Named(g), mean(a, g) * 100))]))],
                    0,
                    100,
                    " %",
                    1
                ),
            ],
            [.. block.Arms.Select(a => (a.Series, a.Arm.Name))]
        );

    // Intervals of many series in a row would hide each other; the table below has them.
    static DotMark Mark(ArmRow arm, string group, double value) =>
        new(arm.Series, $"{arm.Arm.Name}, {group}", value, double.NaN, double.NaN, []);
}
