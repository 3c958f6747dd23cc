using DcrDsl.Results;
using DcrDsl.Specs;

namespace DcrDsl.Reports;

/// <summary>The numbers of a block with their intervals over prompts.</summary>
static class PromptSection
{
    public static IEnumerable<ReportSection> Of(RunResults run, ReportBlock block, PromptIntervals? intervals)
    {
        if (intervals is null)
            yield break;
        var parts = new List<ReportPart>
        {
            new ReportText(
                (
                    block.Arms.All(a => a.Seeds is null)
                        ? "No seed changes these numbers: the choice of prompts is what they depend on. "
                        : "With so few seeds, the choice of prompts is the part of the uncertainty that can be told. "
                )
                    + "Shares of prompts have "
                    + "Wilson's interval and their differences Bonett and Price's; for the other numbers the prompts of each task were "
                    + $"drawn again {Numbers.Of(PromptIntervals.Resamples, 0)} times, the same for all arms, and the middle 95 % of the "
                    + "results are given."
                    + $"{(block.Arms.All(a => a.Seeds is null) ? "" : " How much another seed would change is not in them.")}"
            ),
            Table(
                run,
                "Value, and its 95 % interval over prompts" + block.At + JudgeText.After(run, block.Arms),
                block.Arms,
                text => text.Head,
                (arm, metric, text) => $"{text.Value(arm.Of(metric).Mean)} ({text.Interval(intervals.Of(arm, metric))})"
            ),
        };
        if (block.Reference is { } reference && block.Others.Any())
        {
            parts.Add(
                Table(
                    run,
                    $"Difference to {reference.Arm.Name}, and its 95 % interval over "
                        + $"prompts{block.At}{JudgeText.After(run, block.Arms)}",
                    [.. block.Others],
                    text => text.DifferenceHead,
                    (arm, metric, text) =>
                        $"{text.Difference(arm.Of(metric).Mean - reference.Of(metric).Mean)} "
                        + $"({text.Interval(intervals.Difference(arm, reference, metric))})"
                )
            );
        }
        yield return new ReportSection("Over prompts" + block.At, parts, SectionPlace.Front);
    }

    static ReportTable Table(
        RunResults run,
        string title,
        IReadOnlyList<ArmRow> arms,
        Func<MetricText, string> head,
        Func<ArmRow, Metric, MetricText, string> cell
    ) =>
        new(
            title,
            [ReportColumn.Words("metric"), .. arms.Select(a => new ReportColumn(a.Arm.Name))],
            [
                .. run.Experiment.Metrics.Select(metric =>
                {
                    var text = MetricText.Of(metric, run);
                    return (IReadOnlyList<ReportCell>)
                        [new(head(text), text.Meaning), .. arms.Select(a => (ReportCell)cell(a, metric, text))];
                }),
            ],
            run.Experiment.ReportCommand
        );
}
