using DcrDsl.Results;
using DcrDsl.Wording;

namespace DcrDsl.Reports;

/// <summary>
/// The cells that are averaged along an axis. The values of the axis are compared, so each must stand for the same combinations of the
/// other axes' values: those that all values have, in every arm that takes the same axes. A seed counts where it has all of them.
/// Exclusions, and cells that failed, would otherwise change what is averaged.
/// </summary>
sealed class SharedCells
{
    readonly AxisRecord axis;
    readonly IReadOnlyList<CellRecord> kept;

    SharedCells(AxisRecord axis, IReadOnlyList<CellRecord> kept, IReadOnlyList<string> notes) =>
        (this.axis, this.kept, Notes) = (axis, kept, notes);

    /// <summary>What the reader must know about the averages.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>The cells of an arm at a value of the axis; of an arm that does not take the axis, all.</summary>
    public IReadOnlyList<CellRecord> At(string arm, string label) =>
        [.. kept.Where(c => c.Arm == arm && c.Values.GetValueOrDefault(axis.Path, label) == label)];

    public static SharedCells Of(RunResults run, AxisRecord axis)
    {
        string[] along = [.. run.Experiment.Axes.Where(a => a != axis && a.Values.Count > 1 && GoesWith(run, axis, a)).Select(a => a.Path)];
        var kept = new List<CellRecord>();
        int combinations = 0,
            compared = 0;
        var others = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var group in run.Cells.GroupBy(c => string.Join('\n', c.Values.Keys))) // arms that take the same axes
        {
            string Rest(CellRecord cell) =>
                string.Join('\n', cell.Values.Where(v => v.Key != axis.Path && !along.Contains(v.Key)).Select(v => $"{v.Key}={v.Value}"));

            var points = group.GroupBy(c => (c.Arm, Value: c.Values.GetValueOrDefault(axis.Path, ""))).ToList();
            string[] all = [.. group.Select(Rest).Distinct()],
                shared = [.. all.Where(rest => points.All(p => p.Any(c => Rest(c) == rest)))];
            foreach (var point in points)
            foreach (var seed in SeedGroup.Of(point.Where(c => shared.Contains(Rest(c)))))
                if (seed.Cells.Select(Rest).Distinct().Count() == shared.Length)
                    kept.AddRange(seed.Cells);
            if (!group.First().Values.ContainsKey(axis.Path))
                continue;
            others.UnionWith(
                group
                    .First()
                    .Values.Keys.Where(k =>
                        k != axis.Path && !along.Contains(k) && run.Experiment.Axes.Any(a => a.Path == k && a.Values.Count > 1)
                    )
            );
            (combinations, compared) = (combinations + all.Length, compared + shared.Length);
        }
        return new SharedCells(axis, [.. kept.Distinct()], [.. Told(axis, along, [.. others], combinations, compared)]);
    }

    static IEnumerable<string> Told(AxisRecord axis, string[] along, string[] others, int combinations, int compared)
    {
        if (along.Length > 0)
            yield return $"{English.List(along)} {(along.Length == 1 ? "changes" : "change")} along with {axis.Path}: "
                + "what does it is not told apart.";
        if (others.Length == 0)
            yield break;
        yield return compared == 0
            ? $"The values of {axis.Path} have no combination of {English.List(others)} in common, so they are " + "not compared."
            : $"Each point is the mean over {English.List(others)} of the values at one seed, and then over seeds."
                + (
                    compared < combinations
                        ? $" Of {English.Count(combinations, "combination")} it takes the {Numbers.Of(compared, 0)} "
                            + $"that all values of {axis.Path} have, so that they compare."
                        : ""
                );
    }

    /// <summary>Whether the other axis has one value for each value of the axis, and not the same for all, as zipped axes have.</summary>
    static bool GoesWith(RunResults run, AxisRecord axis, AxisRecord other)
    {
        var pairs = run
            .Cells.Where(c => c.Values.ContainsKey(axis.Path) && c.Values.ContainsKey(other.Path))
            .Select(c => (Own: c.Values[axis.Path], Other: c.Values[other.Path]))
            .Distinct()
            .ToList();
        return pairs.Count > 0
            && pairs.Select(p => p.Own).Distinct().Count() == pairs.Count
            && pairs.Select(p => p.Other).Distinct().Count() > 1;
    }
}
