using DcrDsl.Evaluation.Measures;
using DcrDsl.Results;
using DcrDsl.Specs;
using DcrDsl.Wording;

namespace DcrDsl.Reports;

/// <summary>
/// A report that sets two runs side by side: of one experiment at two times or versions, or of two experiments. Arms of one name, at the
/// same values of axes, are paired by the seeds that both runs have.
/// </summary>
static class RunsReport
{
    /// <summary>The report of a second run beside a first.</summary>
    /// <param name="first">The run that the other is compared with.</param>
    /// <param name="second">The other.</param>
    /// <param name="command">The command line that makes it again.</param>
    /// <exception cref="InputException">A file of completions is missing or damaged.</exception>
    public static ReportModel Of(RunResults first, RunResults second, string command)
    {
        var (a, b) = (RunSide.Of(first, "A"), RunSide.Of(second, "B"));
        ArmPoint[] points = [.. RunSide.Points(a, b)];
        Metric[] metrics = [.. first.Experiment.Metrics.Union(second.Experiment.Metrics).OrderBy(m => m)];
        var sections = new List<ReportSection>
        {
            new("The two runs", [new ReportList([a.Sentence, b.Sentence, .. Cautions(first, second)])], SectionPlace.Front),
        };
        if (metrics.Length > 0 && points.Length > 0)
            sections.Add(new ReportSection("Arms side by side", [SideBySide(points, metrics, first, second, command)], SectionPlace.Front));
        ArmPoint[] both = [.. points.Where(p => p.InBoth)];
        Metric[] shared = [.. metrics.Where(m => first.Experiment.Metrics.Contains(m) && second.Experiment.Metrics.Contains(m))];
        sections.Add(Differences(both, shared, first, second, command));
        sections.AddRange(RunsDifferSection.Of(first, second, command));
        return new ReportModel(
            first.Experiment.Name == second.Experiment.Name
                ? $"{first.Experiment.Name}: two runs"
                : $"{first.Experiment.Name} and {second.Experiment.Name}",
            $"What differs between {first.Folder} (A) and {second.Folder} (B)?",
            Answer(both, shared, second),
            [a.Name, b.Name],
            sections,
            command
        )
        {
            Rows = [.. ResultRows.Of(first).Select(r => r with { Run = "A" }), .. ResultRows.Of(second).Select(r => r with { Run = "B" })],
        };
    }

    static IEnumerable<string> Cautions(RunResults first, RunResults second)
    {
        if (first.Experiment.MatchedDefence != second.Experiment.MatchedDefence)
            yield return "Compliance at matched defence is at "
                + $"{Numbers.Of(first.Experiment.MatchedDefence * 100, 1)} % of defence in A and "
                + $"{Numbers.Of(second.Experiment.MatchedDefence * 100, 1)} % in B: it is not comparable.";
        string judgeA = JudgeText.After(first),
            judgeB = JudgeText.After(second);
        if (judgeA != judgeB)
            yield return $"A was{Judged(judgeA)} and B was{Judged(judgeB)}: what differs may be the judge.";
        string[] tasksA = Tasks(first),
            tasksB = Tasks(second);
        if (!tasksA.SequenceEqual(tasksB))
            yield return $"They measure on different tasks: A on {English.List(tasksA)}, B on {English.List(tasksB)}.";
        else if (!Prompts(first).SequenceEqual(Prompts(second)))
            yield return "Their tasks have the same names and other prompts, so that a difference may be of the prompts.";
    }

    static string Judged(string after) => after.Length > 0 ? " " + after[2..] : " not judged";

    static string[] Tasks(RunResults run) =>
        [.. run.Cells.Take(1).SelectMany(c => run.Scores(c).Tasks).Select(t => t.Name).Order(StringComparer.Ordinal)];

    static IEnumerable<string> Prompts(RunResults run) =>
        run.Cells.OrderBy(c => c.Seed).Take(1).SelectMany(c => run.Scores(c).PromptTasks).SelectMany(t => t.Items).Select(i => i.Prompt);

    static ReportTable SideBySide(ArmPoint[] points, Metric[] metrics, RunResults first, RunResults second, string command)
    {
        return new ReportTable(
            "Metrics of every arm in both runs, with 95 % intervals over seeds where there are several",
            [
                ReportColumn.Words("arm"),
                ReportColumn.Words("run"),
                .. metrics.Select(m => new ReportColumn(MetricText.Of(m, second.Experiment.Metrics.Contains(m) ? second : first).Head)),
                new("seeds"),
            ],
            [.. points.SelectMany(p => Rows(p))],
            command
        );

        IEnumerable<IReadOnlyList<ReportCell>> Rows(ArmPoint point)
        {
            foreach (var (name, row) in new[] { ("A", point.First), ("B", point.Second) })
                if (row is not null)
                    yield return
                    [
                        point.Name,
                        name,
                        .. metrics.Select(m =>
                            (ReportCell)(
                                row.Run.Experiment.Metrics.Contains(m)
                                    ? EstimateText.Of(row.Of(m), MetricText.Of(m).Factor, MetricText.Of(m).Digits)
                                    : Numbers.Undefined
                            )
                        ),
                        SeedsText.Of(row.Seeds),
                    ];
        }
    }

    static ReportSection Differences(ArmPoint[] both, Metric[] metrics, RunResults first, RunResults second, string command)
    {
        const string title = "B less A";
        if (both.Length == 0)
            return new ReportSection(
                title,
                [new ReportText("No arm of one name at the same values of axes stands in both runs.")],
                SectionPlace.Front
            );
        if (metrics.Length == 0)
            return new ReportSection(title, [new ReportText("The runs have no metric in common.")], SectionPlace.Front);
        var parts = new List<ReportPart>();
        string[] apart = [.. both.Where(p => Paired(p, metrics[0]).Count == 0).Select(p => p.Name)];
        ArmPoint[] paired = [.. both.Where(p => !apart.Contains(p.Name))];
        if (paired.Length > 0)
            parts.Add(
                new ReportTable(
                    "Differences of arms that both runs have, B less A, paired by seed, with 95 % intervals",
                    [
                        ReportColumn.Words("arm"),
                        .. metrics.Select(m => new ReportColumn(MetricText.Of(m, second).DifferenceHead)),
                        new("shared seeds"),
                    ],
                    [
                        .. paired.Select(p =>
                            (IReadOnlyList<ReportCell>)
                                [
                                    p.Name,
                                    .. metrics.Select(m => (ReportCell)Difference(p, m)),
                                    p.First!.Seeds is null && p.Second!.Seeds is null
                                        ? Numbers.Undefined
                                        : Numbers.Of(Paired(p, metrics[0]).Count, 0),
                                ]
                        ),
                    ],
                    command
                )
            );
        if (apart.Length > 0)
            parts.Add(
                new ReportText(
                    $"{English.List(apart)} {(apart.Length == 1 ? "has" : "have")} no seed in common, so that nothing is paired."
                )
            );
        if (metrics.Any(m => MetricText.Of(m, first).Name != MetricText.Of(m, second).Name))
            parts.Add(new ReportText("Some metrics are not computed alike in both; see above."));
        return new ReportSection(title, parts, SectionPlace.Front);
    }

    static Evaluation.Statistics.PairedDifference Paired(ArmPoint point, Metric metric) =>
        point.Second!.Of(metric) - point.First!.Of(metric);

    static string Difference(ArmPoint point, Metric metric)
    {
        var text = MetricText.Of(metric);
        var difference = Paired(point, metric);
        return difference.Count > 1 || double.IsFinite(difference.Interval.Low)
            ? $"{text.Difference(difference.Mean)} ({text.Interval(difference.Interval)})"
            : text.Difference(difference.Mean);
    }

    static string Answer(ArmPoint[] both, Metric[] metrics, RunResults second)
    {
        if (both.Length == 0 || metrics.Length == 0)
            return "The two runs share no arm and metric, so their numbers stand side by side only.";
        string subject = ReportBlock.Pair(second)?.Subject ?? both[0].Arm;
        var point = both.FirstOrDefault(p => p.Arm == subject) ?? both[0];
        var metric = metrics.FirstOrDefault(m => MetricTable.Of(m).AlongAxes, metrics[0]);
        var text = MetricText.Of(metric, second);
        var difference = Paired(point, metric);
        if (difference.Count == 0)
            return $"{point.Name} has no seed in both runs, so that nothing is paired.";
        string interval = double.IsFinite(difference.Interval.Low)
            ? $" (95 % interval {text.Interval(difference.Interval)}; {English.Count(difference.Count, "shared seed")})"
            : $" ({English.Count(difference.Count, "shared seed")}, too few for an interval)";
        return difference.Mean == 0 && difference.StandardDeviation is 0 or double.NaN && metrics.All(m => both.All(p => Same(p, m)))
            ? "Every arm that both runs have gives the same numbers in both."
            : $"{point.Name}: {text.DifferenceHead} {text.Difference(difference.Mean)} in B against A{interval}.";
    }

    static bool Same(ArmPoint point, Metric metric) =>
        point.Second!.Of(metric).Differences(point.First!.Of(metric)).All(d => d.Value == 0 || double.IsNaN(d.Value));
}
