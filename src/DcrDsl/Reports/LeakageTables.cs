using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Leaking;
using DcrDsl.Evaluation.Measures;
using DcrDsl.Evaluation.Statistics;
using DcrDsl.Results;
using DcrDsl.Specs;

namespace DcrDsl.Reports;

/// <summary>
/// The numbers with and without the prompts that overlap with training: in all arms the same prompts are left out, also those that another
/// arm alone was trained on, so that arms compare.
/// </summary>
static class LeakageTables
{
    public static IEnumerable<ReportPart> Of(RunResults run, ReportBlock block, FoundLeakage found)
    {
        var levels = Levels(run, block, found);
        if (levels.Count < 2)
            yield break;
        string how =
            "in all arms without the same prompts"
            + (SeedsText.Several(block.Arms) ? "; mean over seeds ± half of the 95 % interval" : "; 95 % intervals over prompts")
            + block.At
            + JudgeText.After(run, block.Arms);
        bool compares = block.Subject is not null;
        ReportColumn[] columns =
        [
            ReportColumn.Words("prompts"),
            new("number"),
            .. block.Arms.Select(a => new ReportColumn(a.Arm.Name)),
            .. compares ? [new ReportColumn($"{block.Subject!.Arm.Name} − {block.Reference!.Arm.Name}")] : Array.Empty<ReportColumn>(),
        ];
        List<IReadOnlyList<ReportCell>> metrics =
        [
            .. from metric in run.Experiment.Metrics from level in levels where Changes(metric, levels) select Row(metric, level, compares),
        ];
        if (metrics.Count > 0)
            yield return new ReportTable(
                $"Metrics with and without prompts that are trained on, {how}",
                [ReportColumn.Words("metric"), .. columns],
                metrics,
                run.Experiment.ReportCommand
            );
        List<IReadOnlyList<ReportCell>> tasks = [.. Tasks(levels)];
        if (tasks.Count > 0)
            yield return new ReportTable(
                $"Tasks with and without prompts that are trained on, {how}",
                [ReportColumn.Words("task"), .. columns.Take(2 + block.Arms.Count)],
                tasks,
                run.Experiment.ReportCommand
            );
    }

    /// <summary>All prompts, then without those of each kind that leaves out more than the one before it.</summary>
    static List<Level> Levels(RunResults run, ReportBlock block, FoundLeakage found)
    {
        List<Level> levels = [new("all", run, block, PromptIntervals.Of(run, block))];
        foreach (
            var (kind, name) in new[]
            {
                (OverlapKind.Exact, "without the same texts"),
                (OverlapKind.Normalised, "without the same words"),
                (OverlapKind.Words, "without words in a row"),
                (OverlapKind.Near, "without near ones"),
            }
        )
        {
            if (!found.Overlaps.Any(o => o.Kind == kind && !o.InDistribution))
                continue;
            var without = run.Without(kind);
            if (ReportBlock.Of(without).FirstOrDefault(b => b.At == block.At) is { } same)
                levels.Add(new(name, without, same, PromptIntervals.Of(without, same)));
        }
        return levels;
    }

    static bool Changes(Metric metric, IReadOnlyList<Level> levels) => levels.Select(l => Prompts(metric, l)).Distinct().Count() > 1;

    static int Prompts(Metric metric, Level level) =>
        MetricTable.Of(metric) is { } row
            ? level.Block.Arms.SelectMany(a => a.Cells).Min(c => row.PromptsBehind(level.Run.Scores(c)) ?? Any(level.Run.Scores(c)))
            : 0;

    // A metric without bounds does not say how many prompts are behind it.
    static int Any(Scores scores) => scores.Count;

    static IReadOnlyList<ReportCell> Row(Metric metric, Level level, bool compares)
    {
        var text = MetricText.Of(metric, level.Run);
        var block = level.Block;
        return
        [
            new(text.Head, text.Meaning),
            level.Name,
            MetricTable.Of(metric).Unit.IsBounded ? Numbers.Of(Prompts(metric, level), 0) : Numbers.Undefined,
            .. block.Arms.Select(a => (ReportCell)Value(a)),
            .. compares ? [(ReportCell)Difference()] : Array.Empty<ReportCell>(),
        ];

        string Value(ArmRow arm)
        {
            var estimate = arm.Of(metric);
            return level.Intervals is { } prompts && double.IsFinite(estimate.Mean)
                ? $"{text.Value(estimate.Mean)} ({text.Interval(prompts.Of(arm, metric))})"
                : EstimateText.Of(estimate, text.Factor, text.Digits);
        }

        string Difference()
        {
            var difference = block.Subject!.Minus(block.Reference!, metric);
            if (!double.IsFinite(difference.Mean))
                return Numbers.Undefined;
            var interval = level.Intervals?.Difference(block.Subject, block.Reference!, metric) ?? difference.Interval;
            return $"{text.Difference(difference.Mean)} ({text.Interval(interval)})";
        }
    }

    /// <summary>Every number of every task that leaves something out.</summary>
    static IEnumerable<IReadOnlyList<ReportCell>> Tasks(IReadOnlyList<Level> levels)
    {
        var all = levels[0];
        foreach (var task in all.Run.Scores(all.Block.Arms[0].Cells[0]).Tasks)
        {
            if (levels.Select(l => l.Count(task.Name)).Distinct().Count() < 2)
                continue;
            foreach (var (name, factor, digits, value) in Numbered(task))
            foreach (var level in levels)
                yield return
                [
                    $"{task.Name}, {name}",
                    level.Name,
                    Numbers.Of(level.Count(task.Name), 0),
                    .. level.Block.Arms.Select(a => (ReportCell)Text(level, a, task.Name, factor, digits, value)),
                ];
        }
    }

    static IEnumerable<(string Name, double Factor, int Digits, Func<TaskOutcome, double?> Value)> Numbered(TaskOutcome task) =>
        new (string, double, int, Func<TaskOutcome, double?>)[]
        {
            ("compliance, %", 100, 1, t => t.ComplianceRate),
            ("defence, %", 100, 1, t => t.DefenceSuccessRate),
            ("accuracy, %", 100, 1, t => t.Accuracy),
            ("true share, %", 100, 1, t => t.TrueShare),
        }.Where(n => n.Item4(task) is not null);

    static string Text(Level level, ArmRow arm, string task, double factor, int digits, Func<TaskOutcome, double?> value)
    {
        var estimate = arm.Over(c => level.Task(c, task) is { } t ? value(t) ?? double.NaN : double.NaN, _ => level.Count(task));
        if (!double.IsFinite(estimate.Mean))
            return Numbers.Undefined;
        if (estimate.Count > 1 || estimate.WithoutSeed is not null)
            return EstimateText.Of(estimate, factor, digits);
        var interval = Proportion.WilsonOfMean(estimate.Mean, level.Count(task));
        return $"{Numbers.Of(estimate.Mean * factor, digits)} ({Numbers.Interval(interval.Times(factor), digits)})";
    }

    /// <summary>The run with or without some prompts.</summary>
    sealed record Level(string Name, RunResults Run, ReportBlock Block, PromptIntervals? Intervals)
    {
        /// <summary>A task of a cell; null: none of its prompts is left.</summary>
        public TaskOutcome? Task(CellRecord cell, string task) => Run.Scores(cell).Tasks.FirstOrDefault(t => t.Name == task);

        /// <summary>The prompts of a task, of the cell with the fewest.</summary>
        public int Count(string task) => Block.Arms.SelectMany(a => a.Cells).Min(c => Task(c, task)?.Count ?? 0);
    }
}
