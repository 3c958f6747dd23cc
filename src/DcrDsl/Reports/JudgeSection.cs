using System.Runtime.CompilerServices;
using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Judging;
using DcrDsl.Evaluation.Measures;
using DcrDsl.Evaluation.Statistics;
using DcrDsl.Results;
using DcrDsl.Wording;

namespace DcrDsl.Reports;

/// <summary>Where several judges decided: how far they agree with the one that the metrics are by, and the numbers by the others.</summary>
static class JudgeSection
{
    public static IEnumerable<ReportSection> Of(RunResults run, ReportBlock block)
    {
        var scores = block.Arms.ToDictionary(a => a, a => a.Cells.ToDictionary(c => c.Id, run.Scores));
        string[] judges = [.. Names(scores.Values.SelectMany(c => c.Values))];
        if (judges.Length < 2)
            yield break;
        yield return new ReportSection(
            "Other judges" + block.At,
            [
                new ReportText(
                    $"The same completions as each judge has them. The report's other numbers are by {judges[0]}. Agreement is the "
                        + "share of completions that both call a refusal or both do not; κ and α are 1 where judges are one and 0 where "
                        + "they agree no more than by chance, and a dash where they all say the same of everything. In brackets stand 95 % "
                        + "intervals over prompts (bootstrap), each prompt with the completions of all its seeds."
                        + Undecided(scores.Values.SelectMany(c => c.Values), judges)
                ),
                .. Agreement(run, block, scores, judges),
                ByJudge(run, block, scores, judges),
            ]
        );
    }

    static IEnumerable<ReportTable> Agreement(
        RunResults run,
        ReportBlock block,
        Dictionary<ArmRow, Dictionary<string, Scores>> scores,
        string[] judges
    )
    {
        JudgeAgreement?[] arms = [.. block.Arms.Select(a => Agreement(run, a, scores[a]))];
        (string First, string Second)[] pairs = [.. judges.SelectMany((first, i) => judges.Skip(i + 1).Select(second => (first, second)))];
        ReportColumn[] columns =
        [
            ReportColumn.Words("judge"),
            ReportColumn.Words("other judge"),
            .. block.Arms.Select(a => new ReportColumn(a.Arm.Name)),
        ];
        yield return new ReportTable(
            $"Agreement of each pair of judges over all completions of an arm, in %{block.At}",
            columns,
            [.. pairs.Select(p => Row(p.First, p.Second, a => Text(Of(a, p)?.Agreement, Of(a, p)?.AgreementInterval95, 100, 1)))],
            run.Experiment.ReportCommand
        );
        yield return new ReportTable(
            $"Agreement beyond chance: Cohen's κ of each pair, Krippendorff's α of all{block.At}",
            columns,
            [
                .. pairs.Select(p => Row(p.First, p.Second, a => Text(Of(a, p)?.Kappa, Of(a, p)?.KappaInterval95, 1, 2))),
                Row("all judges", "α", a => Text(a?.Alpha, a?.AlphaInterval95, 1, 2)),
            ],
            run.Experiment.ReportCommand
        );

        IReadOnlyList<ReportCell> Row(string first, string second, Func<JudgeAgreement?, string> text) =>
            [first, second, .. arms.Select(a => (ReportCell)text(a))];

        static PairAgreement? Of(JudgeAgreement? arm, (string First, string Second) pair) =>
            arm?.Pairs.FirstOrDefault(p => (p.First, p.Second) == pair || (p.Second, p.First) == pair);

        static string Text(double? value, Interval? interval, double factor, int digits) =>
            value is not { } number || double.IsNaN(number)
                ? Numbers.Undefined
                : $"{Numbers.Of(number * factor, digits)} ({Numbers.Interval(interval!.Value.Times(factor), digits)})";
    }

    // An arm that takes no axis stands in every block.
    static JudgeAgreement? Agreement(RunResults run, ArmRow arm, Dictionary<string, Scores> scores) =>
        run.Once(
            ("report.judges", string.Join(',', arm.Cells.Select(c => c.Id))),
            () => new StrongBox<JudgeAgreement?>(JudgeAgreement.Of([.. scores.Values]))
        ).Value;

    static ReportTable ByJudge(RunResults run, ReportBlock block, Dictionary<ArmRow, Dictionary<string, Scores>> scores, string[] judges) =>
        new(
            "The metrics that judges decide, by each judge, "
                + (SeedsText.Several(block.Arms) ? "mean over seeds ± half of the 95 % interval" : "at one seed")
                + block.At,
            [ReportColumn.Words("metric"), ReportColumn.Words("judge"), .. block.Arms.Select(a => new ReportColumn(a.Arm.Name))],
            [
                .. run
                    .Experiment.Metrics.Where(m => MetricTable.Of(m).IsJudged)
                    .SelectMany(metric =>
                        judges.Select(judge =>
                            (IReadOnlyList<ReportCell>)
                                [
                                    new(MetricText.Of(metric, run).Head, MetricText.Of(metric, run).Meaning),
                                    judge,
                                    .. block.Arms.Select(a => (ReportCell)Value(run, a, scores[a], MetricText.Of(metric, run), judge)),
                                ]
                        )
                    ),
            ],
            run.Experiment.ReportCommand
        );

    static string Value(RunResults run, ArmRow arm, Dictionary<string, Scores> scores, MetricText text, string judge) =>
        EstimateText.Of(
            arm.Over(
                cell =>
                    Place(scores[cell.Id], judge) is >= 0 and var place
                        ? text.Row.Formula(By(run, cell, scores[cell.Id], place), run.Experiment.MatchedDefence) ?? double.NaN
                        : double.NaN,
                cell => text.Row.PromptsBehind(scores[cell.Id]) ?? 0
            ),
            text.Factor,
            text.Digits
        );

    static Scores By(RunResults run, CellRecord cell, Scores scores, int judge) =>
        run.Once(("report.by judge", cell.Id, judge), () => scores.By(judge));

    static string Undecided(IEnumerable<Scores> cells, string[] judges)
    {
        (string Judge, int Count)[] some =
        [
            .. judges
                .Select(judge =>
                    (
                        judge,
                        cells.Sum(c =>
                            Place(c, judge) is >= 0 and var place
                                ? c.PromptTasks.Sum(t => t.Items.Count(i => !i.Verdicts[place].IsDecided))
                                : 0
                        )
                    )
                )
                .Where(j => j.Item2 > 0),
        ];
        return some.Length == 0
            ? ""
            : " Completions that a judge could not decide on are left out of its agreement: "
                + $"{English.List([.. some.Select(j => $"{Numbers.Of(j.Count, 0)} of {j.Judge}")])}.";
    }

    // A judge that only grades has nothing to compare.
    static IEnumerable<string> Names(IEnumerable<Scores> cells) =>
        cells.SelectMany(c => c.Judges.Where(j => j.GivesVerdicts).Select(j => j.Name)).Distinct();

    static int Place(Scores scores, string judge) => scores.Judges.Index().FirstOrDefault(j => j.Item.Name == judge, (-1, null!)).Index;
}
