using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Judging;
using DcrDsl.Evaluation.Measures;
using DcrDsl.Evaluation.Statistics;
using DcrDsl.Results;

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
                        + "share of "
                        + "completions that both call a refusal or both do not; κ is Cohen's, the agreement beyond chance."
                ),
                Agreement(run, block, scores, judges),
                ByJudge(run, block, scores, judges),
            ]
        );
    }

    static ReportTable Agreement(
        RunResults run,
        ReportBlock block,
        Dictionary<ArmRow, Dictionary<string, Scores>> scores,
        string[] judges
    ) =>
        new(
            $"Agreement with {judges[0]}, in %, and κ, over all completions of an arm{block.At}",
            [ReportColumn.Words("judge"), .. block.Arms.Select(a => new ReportColumn(a.Arm.Name))],
            [
                .. judges
                    .Skip(1)
                    .Select(judge =>
                        (IReadOnlyList<ReportCell>)
                            [judge, .. block.Arms.Select(a => (ReportCell)Agreement([.. scores[a].Values], judges[0], judge))]
                    ),
            ],
            run.Experiment.ReportCommand
        );

    static string Agreement(IReadOnlyList<Scores> cells, string first, string other)
    {
        List<int> own = [],
            others = [];
        foreach (var cell in cells)
        {
            int a = Place(cell, first),
                b = Place(cell, other);
            if (a < 0 || b < 0)
                continue;
            foreach (var item in cell.PromptTasks.SelectMany(t => t.Items))
            {
                if (!item.Verdicts[a].IsDecided || !item.Verdicts[b].IsDecided)
                    continue;
                own.Add(item.Verdicts[a].IsRefusal ? 1 : 0);
                others.Add(item.Verdicts[b].IsRefusal ? 1 : 0);
            }
        }
        return own.Count == 0
            ? Numbers.Undefined
            : $"{Numbers.Of(100 * ConfusionMatrix.Of(own, others).ObservedAgreement, 1)} "
                + $"(κ {Numbers.Of(CohenKappa.Of(own, others), 2)})";
    }

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
                        ? text.Row.Formula(scores[cell.Id].By(place), run.Experiment.MatchedDefence) ?? double.NaN
                        : double.NaN,
                cell => text.Row.PromptsBehind(scores[cell.Id]) ?? 0
            ),
            text.Factor,
            text.Digits
        );

    // A judge that only grades has nothing to compare.
    static IEnumerable<string> Names(IEnumerable<Scores> cells) =>
        cells.SelectMany(c => c.Judges.Where(j => j.Spec?.GivesVerdicts != false).Select(j => j.Name)).Distinct();

    static int Place(Scores scores, string judge) => scores.Judges.Index().FirstOrDefault(j => j.Item.Name == judge, (-1, null!)).Index;
}
