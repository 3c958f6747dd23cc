using DcrDsl.Evaluation;
using DcrDsl.Plans;

namespace DcrDsl.Reports;

/// <summary>The multiple-choice tasks: what an arm can do, task by task, beside what blind guessing gets; and what an arm pays against the reference.</summary>
static class ChoiceSection
{
    public static IEnumerable<ReportSection> Of(RunResults run, ReportBlock block)
    {
        var rows = Rows(run, block);
        if (rows.Count == 0) yield break;
        List<ReportPart> parts = [Table(run, block, rows)];
        if (block.Others.Any()) parts.Add(Differences(run, block, rows));
        yield return new ReportSection("Ability" + block.At, parts, SectionPlace.Front);
        foreach (var task in Tasks(run, block).Where(t => t.Items.Select(i => i.Category).Distinct().Count() > 1))
            yield return new ReportSection($"{task.Name} by category{block.At}", [Categories(run, block, task)]);
    }

    /// <summary>The first cell's tasks: all cells have the same.</summary>
    static IReadOnlyList<ChoiceTaskOutcome> Tasks(RunResults run, ReportBlock block) => [.. block.Arms.SelectMany(a => a.Cells).Take(1).SelectMany(c => run.Scores(c).ChoiceTasks)];

    static IReadOnlyList<ChoiceRow> Rows(RunResults run, ReportBlock block) => [.. Tasks(run, block).SelectMany(ChoiceRow.Of)];

    static ReportTable Table(RunResults run, ReportBlock block, IReadOnlyList<ChoiceRow> rows) => new(
        (block.Arms.All(a => a.Cells.Count < 2) ? "Multiple-choice tasks, in %, at one seed" : "Multiple-choice tasks, in %, mean over seeds ± half of the 95 % interval") + block.At,
        [ReportColumn.Words("task"), ReportColumn.Words("measure"), new("questions"), new("chance"), .. block.Arms.Select(a => new ReportColumn(a.Arm.Name))],
        [
            .. rows.Select(r => (IReadOnlyList<ReportCell>)
            [
                r.Task.Name + (r.Task.InDistribution ? ", trained on" : ""), new(r.Measure, r.Meaning), Numbers.Of(r.Task.Items.Count, 0), Numbers.Of(100 * r.Task.Chance, 1),
                .. block.Arms.Select(a => (ReportCell)Text(r.Over(run, a))),
            ]),
        ],
        run.Experiment.Command);

    static string Text(SeedEstimate share) => share.Count < 2 ? Numbers.Of(share.Mean, 1) : $"{Numbers.Of(share.Mean, 1)} ± {Numbers.Of(share.HalfWidth95, 1)}";

    static ReportTable Differences(RunResults run, ReportBlock block, IReadOnlyList<ChoiceRow> rows)
    {
        var reference = block.Reference!;
        return new ReportTable(
            block.Arms.All(a => a.Cells.Count < 2)
                ? $"Multiple-choice tasks: differences to {reference.Arm.Name}, in points, at one seed{block.At}"
                : $"Multiple-choice tasks: mean of the paired differences to {reference.Arm.Name}, in points, with their 95 % interval{block.At}",
            [ReportColumn.Words("task"), ReportColumn.Words("measure"), .. block.Others.Select(a => new ReportColumn(a.Arm.Name))],
            [.. rows.Select(r => (IReadOnlyList<ReportCell>)[r.Task.Name, r.Measure, .. block.Others.Select(a => (ReportCell)Difference(r.Over(run, a) - r.Over(run, reference)))])],
            run.Experiment.Command);
    }

    static string Difference(PairedDifference difference) =>
        difference.Count > 1 ? $"{Numbers.Signed(difference.Mean, 1)} ({Numbers.Interval(difference.Interval, 1)})" : Numbers.Signed(difference.Mean, 1);

    static ReportTable Categories(RunResults run, ReportBlock block, ChoiceTaskOutcome task)
    {
        var row = ChoiceRow.Of(task).First();
        var parts = task.Items.GroupBy(i => i.Category, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => (g.Key, Count: g.Count()));
        return new ReportTable($"{task.Name}: {row.Measure} by category, in %, mean over seeds{block.At}",
            [ReportColumn.Words("category"), new("questions"), .. block.Arms.Select(a => new ReportColumn(a.Arm.Name))],
            [.. parts.Select(p => (IReadOnlyList<ReportCell>)
                [p.Key.Length > 0 ? p.Key : "(none)", Numbers.Of(p.Count, 0), .. block.Arms.Select(a => (ReportCell)Numbers.Of(row.Over(run, a, p.Key).Mean, 1))])],
            run.Experiment.ReportCommand);
    }
}

/// <summary>One number of a multiple-choice task.</summary>
/// <param name="Task">The task, as one cell has it.</param>
/// <param name="Measure">The number's name.</param>
/// <param name="Meaning">What it is, in a few words.</param>
/// <param name="Value">The number, a share.</param>
sealed record ChoiceRow(ChoiceTaskOutcome Task, string Measure, string Meaning, Func<ChoiceTaskOutcome, double?> Value)
{
    public static IEnumerable<ChoiceRow> Of(ChoiceTaskOutcome task)
    {
        if (task.TrueShare is not null) yield return new(task, "true share (mc2)", "the true choices' share of the probability of all", t => t.TrueShare);
        if (task.Accuracy is not null) yield return new(task, "accuracy", "questions whose likeliest choice is right", t => t.Accuracy);
        if (task.LengthMatters) yield return new(task, "accuracy by length", "the same, with log-likelihoods divided by the choices' bytes", t => t.AccuracyByLength);
    }

    /// <summary>The number over the seeds of an arm, in percent.</summary>
    /// <param name="run">The run.</param>
    /// <param name="arm">The arm.</param>
    /// <param name="category">Of one category only; null: of all questions.</param>
    public SeedEstimate Over(RunResults run, ArmRow arm, string? category = null) => arm.Over(cell =>
    {
        var own = run.Scores(cell).ChoiceTasks.FirstOrDefault(t => t.Name == Task.Name);
        if (own is not null && category is not null) own = own with { Items = [.. own.Items.Where(i => i.Category == category)] };
        return own is null || own.Items.Count == 0 ? double.NaN : 100 * (Value(own) ?? double.NaN);
    });
}
