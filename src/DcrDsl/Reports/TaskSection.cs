using DcrDsl.Evaluation;
using DcrDsl.Results;
using DcrDsl.Specs;

namespace DcrDsl.Reports;

/// <summary>
/// Each task alone, where a class has several or prompts that were trained on are among them: the metrics by class leave these out.
/// </summary>
static class TaskSection
{
    public static IEnumerable<ReportSection> Of(RunResults run, ReportBlock block)
    {
        var tasks = block.Arms.SelectMany(a => a.Cells).Take(1).SelectMany(c => run.Scores(c).PromptTasks).ToArray();
        if (tasks.Length == tasks.Select(t => t.Class).Distinct().Count() && tasks.All(t => !t.InDistribution))
            yield break;
        PromptTaskOutcome Same(CellRecord cell, PromptTaskOutcome task) =>
            run.Scores(cell).PromptTasks.First(other => other.Name == task.Name);
        bool several = SeedsText.Several(block.Arms);
        yield return new ReportSection(
            "Each task" + block.At,
            [
                new ReportTable(
                    "Compliance, or for toxic prompts defence, in % by task"
                        + (several ? ", mean over seeds ± half of the 95 % interval" : "")
                        + block.At
                        + JudgeText.After(run, block.Arms),
                    [ReportColumn.Words("task"), ReportColumn.Words("prompts"), .. block.Arms.Select(a => new ReportColumn(a.Arm.Name))],
                    [
                        .. tasks.Select(t =>
                            (IReadOnlyList<ReportCell>)
                                [
                                    t.Name,
                                    (
                                        t.Class == PromptClass.Toxic ? "toxic: defence"
                                        : t.Class == PromptClass.General ? "general"
                                        : "seemingly toxic"
                                    ) + (t.InDistribution ? ", trained on" : ", held out"),
                                    .. block.Arms.Select(a =>
                                        (ReportCell)EstimateText.Of(a.Over(c => Share(Same(c, t)), c => Same(c, t).Items.Count), 100, 1)
                                    ),
                                ]
                        ),
                    ],
                    run.Experiment.ReportCommand
                ),
            ]
        );
    }

    static double Share(PromptTaskOutcome task) => task.ComplianceRate ?? task.DefenceSuccessRate ?? double.NaN;
}
