using DcrDsl.Results;
using DcrDsl.Wording;

namespace DcrDsl.Reports;

/// <summary>One of two runs that are set side by side.</summary>
/// <param name="Name">A or B.</param>
/// <param name="Run">The run.</param>
/// <param name="Rows">Its arms at the values that they take.</param>
sealed record RunSide(string Name, RunResults Run, IReadOnlyList<(string Key, ArmRow Row)> Rows)
{
    public static RunSide Of(RunResults run, string name) =>
        new(name, run, [.. ReportBlock.Of(run).SelectMany(b => b.Arms).Select(row => (Key(row), row)).DistinctBy(r => r.Item1)]);

    /// <summary>What it is, in a sentence.</summary>
    public string Sentence =>
        $"{Name} is {Run.Folder}: {Run.Experiment.Name}, {English.Count(Run.Cells.Count, "finished cell")} of "
        + $"{Numbers.Of(Run.Experiment.Cells.Count, 0)}, arms {English.List([.. Run.Experiment.Arms.Select(a => a.Name)])}.";

    /// <summary>The arms of either run, those of the first in its order, with what the other has of the same name and values.</summary>
    public static IEnumerable<ArmPoint> Points(RunSide first, RunSide second)
    {
        var others = second.Rows.ToDictionary(r => r.Key, r => r.Row);
        foreach (var (key, row) in first.Rows)
            yield return new ArmPoint(key, row.Arm.Name, row, others.GetValueOrDefault(key));
        var known = first.Rows.Select(r => r.Key).ToHashSet();
        foreach (var (key, row) in second.Rows.Where(r => !known.Contains(r.Key)))
            yield return new ArmPoint(key, row.Arm.Name, null, row);
    }

    static string Key(ArmRow row) =>
        row.Arm.Name
        + CellBlocks.At(
            new SortedDictionary<string, string>(row.Cells[0].Values.ToDictionary(v => v.Key, v => v.Value), StringComparer.Ordinal)
        );
}

/// <summary>An arm at some values of axes, as two runs have it.</summary>
/// <param name="Name">The arm with its values.</param>
/// <param name="Arm">The arm.</param>
/// <param name="First">What the first run has; null: nothing.</param>
/// <param name="Second">What the second run has; null: nothing.</param>
sealed record ArmPoint(string Name, string Arm, ArmRow? First, ArmRow? Second)
{
    public bool InBoth => First is not null && Second is not null;
}
