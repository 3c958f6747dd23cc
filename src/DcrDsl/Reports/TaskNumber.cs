using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Measures;
using DcrDsl.Results;

namespace DcrDsl.Reports;

/// <summary>One number of a task that stands for itself (<see cref="TaskOutcome.Table"/>): a mean over its items.</summary>
/// <param name="Task">The task, as one cell has it.</param>
/// <param name="Table">What is shown of it.</param>
/// <param name="Measure">The number, as that cell has it.</param>
sealed record TaskNumber(TaskOutcome Task, TaskTable Table, TaskMeasure Measure)
{
    /// <summary>The tasks of a block that stand for themselves; all cells have the same.</summary>
    public static IReadOnlyList<TaskOutcome> Tasks(RunResults run, ReportBlock block) =>
        [.. block.Arms.SelectMany(a => a.Cells).Take(1).SelectMany(c => run.Scores(c).Tasks).Where(t => t.Table is not null)];

    /// <summary>The numbers that a task gives.</summary>
    public static IEnumerable<TaskNumber> Of(TaskOutcome task) =>
        task.Table is { } table ? table.Measures.Select(m => new TaskNumber(task, table, m)) : [];

    /// <summary>The number's name.</summary>
    public string Name => Measure.Name;

    /// <summary>How it is written.</summary>
    public MetricUnit Unit => Measure.Unit;

    /// <summary>How many items a number is of: those that add something to it.</summary>
    public static int Counted(IEnumerable<double?> values) => values.Count(v => v is not null);

    /// <summary>A value as a table has it.</summary>
    public string Text(double value) => Numbers.Of(Unit.Factor * value, Unit.Digits);

    /// <summary>The number over the seeds of an arm.</summary>
    /// <param name="run">The run.</param>
    /// <param name="arm">The arm.</param>
    /// <param name="category">Of one category only; null: of all items.</param>
    public SeedEstimate Over(RunResults run, ArmRow arm, string? category = null)
    {
        return arm.Over(cell => Own(cell).Average() ?? double.NaN, Unit.IsBounded ? cell => Own(cell).Count(v => v is not null) : null);

        IEnumerable<double?> Own(CellRecord cell) =>
            Values(run, cell).Zip(Table.Categories).Where(v => category is null || v.Second == category).Select(v => v.First);
    }

    /// <summary>
    /// The number of every item that it is about, the mean over an arm's seeds. An item that adds nothing in a cell stands for the cell's
    /// number there, and the others differ from it by as much more: then the mean of these is the number, and their spread that of a ratio
    /// of two means.
    /// </summary>
    public IReadOnlyList<double> Items(RunResults run, ReportBlock block, ArmRow arm)
    {
        IReadOnlyList<double?>[] all = [.. block.Arms.SelectMany(a => a.Cells).Select(cell => Values(run, cell))];
        int[] about = [.. Enumerable.Range(0, all.Min(c => c.Count)).Where(i => all.Any(c => c[i] is not null))];
        double[][] cells = [.. arm.Cells.Select(cell => Spread([.. about.Select(i => Values(run, cell)[i])]))];
        return [.. Enumerable.Range(0, about.Length).Select(i => cells.Average(c => c[i]))];
    }

    static double[] Spread(IReadOnlyList<double?> values)
    {
        if (values.Average() is not { } mean)
            return [.. values.Select(_ => double.NaN)];
        double factor = (double)values.Count / values.Count(v => v is not null);
        return factor == 1
            ? [.. values.Select(v => v!.Value)]
            : [.. values.Select(v => v is { } value ? mean + factor * (value - mean) : mean)];
    }

    IReadOnlyList<double?> Values(RunResults run, CellRecord cell) =>
        run.Scores(cell).Tasks.FirstOrDefault(t => t.Name == Task.Name)?.Table?.Measures.FirstOrDefault(m => m.Name == Name)?.Values ?? [];
}
