using DcrDsl.Definition;
using DcrDsl.Results;
using DcrDsl.Wording;

namespace DcrDsl.Reports;

/// <summary>What each stage and each arm costs.</summary>
static class CostSection
{
    public static IEnumerable<ReportSection> Of(RunResults run)
    {
        if (run.StageRuns.Count == 0)
            yield break;
        yield return new ReportSection(
            "Cost",
            [
                new ReportText(
                    $"Seconds are wall-clock time of stage runs on {run.Experiment.Environment.Device} with up to "
                        + $"{English.Count(run.Experiment.Environment.Threads, "thread")} in all; stage runs that went side by side "
                        + $"slowed each other. Tokens are real ones, without padding."
                ),
                Stages(run),
                .. ProfileTables.Of(run),
                .. Watching(run),
                Arms(run),
            ]
        );
    }

    static ReportTable Stages(RunResults run) =>
        new(
            "Each stage, as a mean over its stage runs",
            [
                ReportColumn.Words("stage"),
                ReportColumn.Words("kind"),
                new("stage runs"),
                new("steps, prompts or questions"),
                new("seconds"),
                new("tokens"),
                new("tokens/s"),
            ],
            [
                .. run
                    .StageRuns.GroupBy(r => (r.Stage, r.Kind))
                    .Select(g =>
                        (IReadOnlyList<ReportCell>)
                            [
                                g.Key.Stage,
                                g.Key.Kind,
                                Numbers.Of(g.Count(), 0),
                                Numbers.Of(g.Average(r => r.Steps), 0),
                                Numbers.Of(g.Average(r => r.Seconds), 1),
                                Numbers.Of(g.Average(r => r.Tokens), 0),
                                g.Sum(r => r.Tokens) == 0 ? Numbers.Undefined : Numbers.Of(g.Sum(r => r.Tokens) / g.Sum(r => r.Seconds), 0),
                            ]
                    ),
            ],
            run.Experiment.Command
        );

    /// <summary>What it cost to read along training, which is in no other number.</summary>
    static IEnumerable<ReportTable> Watching(RunResults run)
    {
        StageRunRecord[] watched = [.. run.StageRuns.Where(r => r.Watching is not null)];
        if (watched.Length == 0)
            yield break;
        yield return new ReportTable(
            "Watching, beside the seconds of its stage, as a mean over stage runs",
            [ReportColumn.Words("stage"), new("stage runs"), new("numbers read"), new("seconds"), new("% of the stage's")],
            [
                .. watched
                    .GroupBy(r => r.Stage)
                    .Select(g =>
                        (IReadOnlyList<ReportCell>)
                            [
                                g.Key,
                                Numbers.Of(g.Count(), 0),
                                Numbers.Of(g.Average(r => r.Watching!.Readings), 0),
                                Numbers.Of(g.Average(r => r.Watching!.Seconds), 1),
                                Numbers.Of(100 * g.Sum(r => r.Watching!.Seconds) / g.Sum(r => r.Seconds), 0),
                            ]
                    ),
            ],
            run.Experiment.Command
        );
    }

    static ReportTable Arms(RunResults run)
    {
        var stageRuns = run.StageRuns.ToDictionary(r => r.Id);
        var training = run
            .Experiment.Arms.SelectMany(a => a.Stages)
            .Where(s => s.Gives == StageResult.Model)
            .Select(s => s.Name)
            .ToHashSet();
        bool anyExtra = run.StageRuns.Any(r => r.ExtraPasses > 0);
        return new ReportTable(
            "Each arm, as if run alone: the sum over its stages, as a mean over its cells",
            [
                ReportColumn.Words("arm"),
                new("cells"),
                new("seconds"),
                new("of these evaluating"),
                new("tokens trained on"),
                .. anyExtra ? [new ReportColumn("extra passes a prompt")] : Array.Empty<ReportColumn>(),
            ],
            [
                .. run
                    .Cells.GroupBy(c => c.Arm)
                    .Select(g =>
                        (IReadOnlyList<ReportCell>)
                            [
                                g.Key,
                                Numbers.Of(g.Count(), 0),
                                Numbers.Of(g.Average(c => Sum(c, _ => true, r => r.Seconds)), 1),
                                Numbers.Of(g.Average(c => Sum(c, Evaluates, r => r.Seconds)), 1),
                                Numbers.Of(g.Average(c => Sum(c, r => !Evaluates(r), r => r.Tokens)), 0),
                                .. anyExtra
                                    ? [Numbers.Of(g.Average(c => Sum(c, Evaluates, r => r.ExtraPasses)), 0)]
                                    : Array.Empty<ReportCell>(),
                            ]
                    ),
            ],
            run.Experiment.Command
        );

        double Sum(CellRecord cell, Func<StageRunRecord, bool> which, Func<StageRunRecord, double> what) =>
            cell.StageRuns.Where(stageRuns.ContainsKey).Select(id => stageRuns[id]).Where(which).Sum(what);

        bool Evaluates(StageRunRecord stageRun) => !training.Contains(stageRun.Stage);
    }
}
