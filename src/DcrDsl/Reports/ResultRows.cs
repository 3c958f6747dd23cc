using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Statistics;
using DcrDsl.Results;
using DcrDsl.Results.Comparing;
using DcrDsl.Specs;

namespace DcrDsl.Reports;

/// <summary>
/// The numbers of a run as rows of one tidy table, for a notebook or another tool: each arm's metrics and tasks at every seed and over
/// seeds, differences to the reference, and the comparisons of the declared family.
/// </summary>
public static class ResultRows
{
    /// <summary>The rows of a run.</summary>
    /// <param name="run">The run.</param>
    /// <exception cref="InputException">A file of completions is missing or damaged.</exception>
    public static IReadOnlyList<ResultRow> Of(RunResults run) =>
        Of(run, [.. ReportBlock.Of(run).Select(b => (b, PromptIntervals.Of(run, b)))]);

    /// <summary>The same with what a report has made already.</summary>
    internal static IReadOnlyList<ResultRow> Of(RunResults run, IReadOnlyList<(ReportBlock Block, PromptIntervals? Prompts)> blocks)
    {
        var rows = new List<ResultRow>();
        foreach (var arms in blocks.SelectMany(b => b.Block.Arms.Select(a => (b.Prompts, Arm: a))).GroupBy(b => Own(b.Arm)))
        {
            // An arm that does not take an axis stands in every block, and its rows once.
            var (prompts, arm) = arms.First();
            foreach (var metric in run.Experiment.Metrics)
                rows.AddRange(Measured(arm, metric, prompts));
            rows.AddRange(Tasks(run, arm));
        }
        foreach (var (block, prompts) in blocks)
        foreach (var arm in block.Others)
        foreach (var metric in run.Experiment.Metrics)
            rows.AddRange(Differences(block, arm, metric, prompts));
        if (run.Experiment.Metrics.Count > 0)
            rows.AddRange(run.Comparisons.Select(Compared));
        return rows;
    }

    static string Own(ArmRow arm) => string.Join('\n', arm.Cells[0].Values.Select(v => $"{v.Key}={v.Value}").Prepend(arm.Arm.Name));

    static IEnumerable<ResultRow> Measured(ArmRow arm, Metric metric, PromptIntervals? prompts)
    {
        var row = new ResultRow(
            RowSection.Results,
            arm.Arm.Name,
            null,
            arm.Cells[0].Values,
            metric.ToString(),
            null,
            null,
            double.NaN,
            double.NaN,
            double.NaN,
            IntervalOver.Nothing,
            0
        );
        return Estimated(row, arm.Of(metric), prompts?.Of(arm, metric));
    }

    static IEnumerable<ResultRow> Tasks(RunResults run, ArmRow arm)
    {
        foreach (var task in run.Scores(arm.Cells[0]).Tasks)
        {
            foreach (var (name, value) in Shares)
                if (value(task) is not null)
                    yield return OfTask(name, c => value(Same(c, task)) ?? double.NaN);
            foreach (var number in TaskNumber.Of(task))
                yield return OfTask(number.Name, null, number);

            ResultRow OfTask(string measure, Func<CellRecord, double>? of, TaskNumber? number = null)
            {
                var estimate = number?.Over(run, arm) ?? arm.Over(of!, c => (Same(c, task) as PromptTaskOutcome)?.Items.Count ?? 0);
                return Whole(
                    new ResultRow(
                        RowSection.Tasks,
                        arm.Arm.Name,
                        null,
                        arm.Cells[0].Values,
                        measure,
                        task.Name,
                        null,
                        estimate.Mean,
                        double.NaN,
                        double.NaN,
                        IntervalOver.Nothing,
                        0
                    ),
                    estimate,
                    null
                );
            }
        }

        TaskOutcome Same(CellRecord cell, TaskOutcome task) => run.Scores(cell).Tasks.First(t => t.Name == task.Name);
    }

    static readonly (string Name, Func<TaskOutcome, double?> Value)[] Shares =
    [
        (nameof(Metric.ComplianceRate), t => t.ComplianceRate),
        (nameof(Metric.DefenceSuccessRate), t => t.DefenceSuccessRate),
    ];

    static IEnumerable<ResultRow> Estimated(ResultRow row, SeedEstimate estimate, Interval? prompts)
    {
        yield return Whole(row, estimate, prompts);
        foreach (var (seed, value) in estimate.Values)
            yield return row with
            {
                Seed = seed,
                Estimate = value,
                Count = 1,
            };
    }

    static ResultRow Whole(ResultRow row, SeedEstimate estimate, Interval? prompts)
    {
        var interval = prompts ?? estimate.Interval95;
        bool overPrompts = prompts is not null || estimate.SeedsAgree || estimate.WithoutSeed is not null;
        return row with
        {
            Estimate = estimate.Mean,
            Low = interval.Low,
            High = interval.High,
            Over =
                double.IsNaN(interval.Low) ? IntervalOver.Nothing
                : overPrompts ? IntervalOver.Prompts
                : IntervalOver.Seeds,
            Count = estimate.Values.Count,
        };
    }

    static IEnumerable<ResultRow> Differences(ReportBlock block, ArmRow arm, Metric metric, PromptIntervals? prompts)
    {
        var reference = block.Reference!;
        var (own, others) = (arm.Of(metric), reference.Of(metric));
        var difference = own - others;
        bool noSeeds = own.WithoutSeed is not null && others.WithoutSeed is not null;
        var interval = prompts?.Difference(arm, reference, metric) ?? difference.Interval;
        var row = new ResultRow(
            RowSection.Differences,
            arm.Arm.Name,
            reference.Arm.Name,
            block.Values,
            metric.ToString(),
            null,
            null,
            difference.Mean,
            interval.Low,
            interval.High,
            double.IsNaN(interval.Low) ? IntervalOver.Nothing
                : prompts is not null || noSeeds || difference.StandardDeviation == 0 ? IntervalOver.Prompts
                : IntervalOver.Seeds,
            noSeeds ? 0 : difference.Count
        );
        yield return row;
        foreach (var (seed, value) in own.Differences(others))
            yield return row with
            {
                Seed = seed,
                Estimate = value,
                Low = double.NaN,
                High = double.NaN,
                Over = IntervalOver.Nothing,
                Count = 1,
            };
    }

    static ResultRow Compared(ComparedArms compared) =>
        new(
            RowSection.Comparisons,
            compared.Arm,
            compared.Reference,
            compared.Values,
            compared.Metric.ToString(),
            null,
            null,
            compared.Difference,
            compared.Interval95.Low,
            compared.Interval95.High,
            double.IsNaN(compared.Interval95.Low) ? IntervalOver.Nothing
                : compared.Design == ComparisonDesign.PromptsOnly ? IntervalOver.Prompts
                : compared.Design == ComparisonDesign.SeedsOnly ? IntervalOver.Seeds
                : IntervalOver.SeedsAndPrompts,
            compared.Seeds
        )
        {
            P = compared.AdjustedP,
        };
}
