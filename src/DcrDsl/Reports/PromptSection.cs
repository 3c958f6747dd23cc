using DcrDsl.Data;
using DcrDsl.Evaluation;
using DcrDsl.Plans;

namespace DcrDsl.Reports;

/// <summary>Intervals over prompts, where there are too few seeds for intervals over seeds.</summary>
static class PromptSection
{
    const int Resamples = 1_000;

    public static IEnumerable<ReportSection> Of(RunResults run, ReportBlock block)
    {
        if (run.Experiment.Metrics.Count == 0 || block.Arms.All(a => a.Cells.Count >= AnswerSentence.SeedsForAClaim)) yield break;
        IReadOnlyList<Scores>[] scores = [.. block.Arms.Select(a => (IReadOnlyList<Scores>)[.. a.Cells.Select(run.Scores)])];
        if (!PromptBootstrap.Applies(scores.SelectMany(s => s))) yield break;

        (MetricText Text, Func<Scores, double> Value)[] metrics =
            [.. run.Experiment.Metrics.Select(m => (MetricText.Of(m, run.Experiment.MatchedDefence), (Func<Scores, double>)(s => Measured.Value(m, s, run.Experiment.MatchedDefence) ?? double.NaN)))];
        var bootstrap = PromptBootstrap.Of(scores, [.. metrics.Select(m => m.Value)], new RandomStream(0, "report.prompts"), Resamples);
        var parts = new List<ReportPart>
        {
            new ReportText(
                $"With so few seeds, the choice of prompts is the part of the uncertainty that can be told: the prompts of each task were drawn again {Numbers.Of(Resamples, 0)} times, the same for all arms, and the middle 95 % of the results are given. How much another seed would change is not in them."),
            Table(run, block, "Value, and its 95 % interval over prompts" + block.At, block.Arms, metrics, (arm, m) =>
                $"{metrics[m].Text.Value(scores[arm].Average(metrics[m].Value))} ({metrics[m].Text.Interval(bootstrap.Interval(arm, m))})"),
        };
        if (block.Reference is { } reference && block.Others.Any())
        {
            int other = IndexOf(block, reference);
            parts.Add(Table(run, block, $"Difference to {reference.Arm.Name}, and its 95 % interval over prompts{block.At}", [.. block.Others], metrics, (arm, m) =>
                $"{metrics[m].Text.Difference(scores[arm].Average(metrics[m].Value) - scores[other].Average(metrics[m].Value))} ({metrics[m].Text.Interval(bootstrap.Difference(arm, other, m))})", differs: true));
        }
        yield return new ReportSection("Over prompts" + block.At, parts, SectionPlace.Front);
    }

    static ReportTable Table(RunResults run, ReportBlock block, string title, IReadOnlyList<ArmRow> arms, (MetricText Text, Func<Scores, double> Value)[] metrics, Func<int, int, string> cell, bool differs = false) => new(
        title, [ReportColumn.Words("metric"), .. arms.Select(a => new ReportColumn(a.Arm.Name))],
        [.. metrics.Select((m, i) => (IReadOnlyList<ReportCell>)[new(differs && m.Text.IsShare ? m.Text.Name + ", points" : m.Text.Head, m.Text.Meaning), .. arms.Select(a => (ReportCell)cell(IndexOf(block, a), i))])],
        run.Experiment.ReportCommand);

    static int IndexOf(ReportBlock block, ArmRow arm) => block.Arms.Index().First(a => a.Item == arm).Index;
}
