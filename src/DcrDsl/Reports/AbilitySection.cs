using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Statistics;
using DcrDsl.Results;

namespace DcrDsl.Reports;

/// <summary>
/// The tasks that stand for themselves, such as multiple choice: what an arm can do, task by task, beside what blind guessing gets; and
/// what an arm pays against the reference. Where there are too few seeds, intervals are over the items.
/// </summary>
static class AbilitySection
{
    public static IEnumerable<ReportSection> Of(RunResults run, ReportBlock block)
    {
        var tasks = TaskNumber.Tasks(run, block);
        TaskNumber[] numbers = [.. tasks.SelectMany(TaskNumber.Of)];
        if (numbers.Length == 0)
            yield break;
        bool overSeeds = SeedsText.Several(block.Arms) && block.Arms.All(a => SeedsText.Suffice(a.Seeds));
        List<ReportPart> parts = [];
        foreach (var kind in numbers.GroupBy(n => n.Table.Kind, StringComparer.Ordinal))
        {
            TaskNumber[] own = [.. kind];
            parts.Add(Table(run, block, own, overSeeds));
            if (block.Others.Any())
                parts.Add(Differences(run, block, own, overSeeds));
        }
        parts.AddRange(tasks.Where(t => t.Table?.Caution is not null).Select(t => new ReportText($"{t.Name}: {t.Table!.Caution}")));
        yield return new ReportSection("Ability" + block.At, parts, SectionPlace.Front);
        foreach (var task in tasks.Where(t => t.Table!.Categories.Distinct().Count() > 1))
            yield return new ReportSection(
                $"{task.Name} by category{block.At}",
                [
                    .. TaskNumber.Of(task).Select(n => Categories(run, block, n)),
                    .. HasFew(task) ? [CategorySection.FewText(task.Table!.Categories.Distinct().Count())] : Array.Empty<ReportPart>(),
                ],
                task.Table!.Categories.Distinct().Count() > CategorySection.ManyGroups ? SectionPlace.Folded : SectionPlace.Back
            );
    }

    static ReportTable Table(RunResults run, ReportBlock block, TaskNumber[] numbers, bool overSeeds)
    {
        var table = numbers[0].Table;
        bool chance = numbers.Any(n => n.Table.Chance is not null);
        string how = overSeeds ? "mean over seeds ± half of the 95 % interval" : $"with their 95 % interval over {table.Item}s";
        return new(
            $"{table.Kind}{InPercent(numbers, "in %")}, {how}{block.At}",
            [
                ReportColumn.Words("task"),
                ReportColumn.Words("measure"),
                new(table.Item + "s"),
                .. chance ? [new ReportColumn("chance")] : Array.Empty<ReportColumn>(),
                .. block.Arms.Select(a => new ReportColumn(a.Arm.Name)),
            ],
            [
                .. numbers.Select(n =>
                    (IReadOnlyList<ReportCell>)
                        [
                            n.Task.Name + (n.Task.InDistribution ? ", trained on" : ""),
                            new(n.Name, n.Measure.Meaning),
                            Numbers.Of(n.Task.Count, 0),
                            .. chance ? [Chance(n)] : Array.Empty<ReportCell>(),
                            .. block.Arms.Select(a =>
                                (ReportCell)(
                                    overSeeds
                                        ? EstimateText.Of(n.Over(run, a), n.Unit.Factor, n.Unit.Digits)
                                        : WithInterval(n, n.Items(run, block, a))
                                )
                            ),
                        ]
                ),
            ],
            run.Experiment.Command
        );
    }

    static ReportTable Differences(RunResults run, ReportBlock block, TaskNumber[] numbers, bool overSeeds)
    {
        var reference = block.Reference!;
        var table = numbers[0].Table;
        return new ReportTable(
            $"{table.Kind}: {(overSeeds ? "mean of the paired differences" : "differences")} to {reference.Arm.Name}"
                + $"{InPercent(numbers, "in points")}, with their 95 % interval{(overSeeds ? "" : $" over {table.Item}s")}{block.At}",
            [ReportColumn.Words("task"), ReportColumn.Words("measure"), .. block.Others.Select(a => new ReportColumn(a.Arm.Name))],
            [
                .. numbers.Select(n =>
                    (IReadOnlyList<ReportCell>)[n.Task.Name, n.Name, .. block.Others.Select(a => (ReportCell)Difference(n, a))]
                ),
            ],
            run.Experiment.Command
        );

        string Difference(TaskNumber number, ArmRow arm)
        {
            if (!overSeeds)
                return DifferenceOfItems(number, number.Items(run, block, arm), number.Items(run, block, reference));
            var difference = number.Over(run, arm) - number.Over(run, reference);
            return Signed(number, difference.Mean, difference.Interval);
        }
    }

    /// <summary>What the numbers of a table are in, where all are in it.</summary>
    static string InPercent(TaskNumber[] numbers, string words) => numbers.All(n => n.Unit.IsBounded) ? $", {words}" : "";

    static string WithInterval(TaskNumber number, IReadOnlyList<double> items)
    {
        if (items.Count == 0 || items.Any(double.IsNaN))
            return Numbers.Undefined;
        var mean = MeanOf(items);
        var interval =
            !number.Unit.IsBounded ? Unbounded(mean, number.Unit.Least, number.Unit.Maximum)
            : number.Measure.Counts || mean.Interval.HasNoWidth ? Proportion.WilsonOfMean(mean.Mean, items.Count)
            : mean.Interval.ClippedTo(0, 1);
        return $"{number.Text(mean.Mean)} ({Numbers.Interval(interval.Times(number.Unit.Factor), number.Unit.Digits)})";
    }

    static string DifferenceOfItems(TaskNumber number, IReadOnlyList<double> own, IReadOnlyList<double> others)
    {
        if (own.Concat(others).Any(double.IsNaN) || own.Count == 0)
            return Numbers.Undefined;
        var mean = MeanOf([.. own.Zip(others, (a, b) => a - b)]);
        var interval =
            !number.Unit.IsBounded ? Unbounded(mean, double.MinValue, double.MaxValue)
            : number.Measure.Counts || mean.Interval.HasNoWidth ? PairedShares.Difference(own, others)
            : mean.Interval.ClippedTo(-1, 1);
        return Signed(number, mean.Mean, interval);
    }

    static string Signed(TaskNumber number, double value, Interval interval) =>
        $"{Numbers.Signed(number.Unit.Factor * value, number.Unit.Digits)} "
        + $"({Numbers.Interval(interval.Times(number.Unit.Factor), number.Unit.Digits)})";

    // Of items that are all the same nothing is known of how sure their mean is.
    static Interval Unbounded(ClusteredMean mean, double least, double most) =>
        mean.Interval.HasNoWidth ? Interval.Undefined : mean.Interval.ClippedTo(least, most);

    static ClusteredMean MeanOf(IReadOnlyList<double> items) => ClusteredMean.Of(items, [.. Enumerable.Range(0, items.Count)]);

    /// <summary>What blind guessing gets, of shares of items all of which are asked about alike.</summary>
    static ReportCell Chance(TaskNumber number) =>
        number.Unit.IsBounded && number.Measure.Values.All(v => v is not null)
            ? number.Text(number.Table.Chance ?? double.NaN)
            : Numbers.Undefined;

    static bool HasFew(TaskOutcome task) =>
        task.Table!.Measures.Any(m => task.Table.Categories.Zip(m.Values).GroupBy(c => c.First).Any(IsFew));

    static bool IsFew(IEnumerable<(string, double? Value)> items) =>
        TaskNumber.Counted(items.Select(i => i.Value)) is > 0 and < CategorySection.FewPrompts;

    /// <summary>A number of a task by category; of shares with Wilson's interval, as for groups of prompts.</summary>
    static ReportTable Categories(RunResults run, ReportBlock block, TaskNumber number)
    {
        string task = number.Task.Name;
        return new ReportTable(
            $"{task}: {number.Name} by category{InPercent([number], "in %")}, mean over seeds"
                + $"{(number.Measure.Counts ? $", with Wilson's 95 % interval over the category's {number.Table.Item}s" : "")}{block.At}",
            [ReportColumn.Words("category"), new(number.Table.Item + "s"), .. block.Arms.Select(a => new ReportColumn(a.Arm.Name))],
            [
                .. number
                    .Table.Categories.Zip(number.Measure.Values)
                    .GroupBy(c => c.First, c => c.Second, StringComparer.Ordinal)
                    .Select(g => (Category: g.Key, Count: TaskNumber.Counted(g)))
                    .Where(g => g.Count > 0)
                    .OrderBy(g => g.Category, StringComparer.Ordinal)
                    .Select(g =>
                        (IReadOnlyList<ReportCell>)
                            [
                                (g.Category.Length > 0 ? g.Category : "(none)") + (g.Count < CategorySection.FewPrompts ? " *" : ""),
                                Numbers.Of(g.Count, 0),
                                .. block.Arms.Select(a => (ReportCell)Cell(number.Over(run, a, g.Category).Mean, g.Count)),
                            ]
                    ),
            ],
            run.Experiment.ReportCommand
        );

        string Cell(double mean, int count) =>
            !number.Measure.Counts || double.IsNaN(mean)
                ? number.Text(mean)
                : $"{number.Text(mean)} ("
                    + $"{Numbers.Interval(Proportion.WilsonOfMean(mean, count).Times(number.Unit.Factor), number.Unit.Digits)})";
    }
}
