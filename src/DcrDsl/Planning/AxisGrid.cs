using DcrDsl.Definition;

namespace DcrDsl.Planning;

/// <summary>The combinations of axis values: axes multiply, zipped ones advance together.</summary>
sealed class AxisGrid
{
    readonly IReadOnlyList<AxisDefinition> axes;
    readonly IReadOnlyList<IReadOnlyList<AxisDefinition>> groups;

    public AxisGrid(IReadOnlyList<AxisDefinition> axes, IReadOnlyList<IReadOnlyList<string>> zips)
    {
        this.axes = axes;
        var groups = new List<IReadOnlyList<AxisDefinition>>();
        foreach (var axis in axes)
        {
            var zip = zips.FirstOrDefault(z => z.Contains(axis.Path));
            if (zip is null)
                groups.Add([axis]);
            else if (zip.First(path => axes.Any(a => a.Path == path)) == axis.Path)
                groups.Add([.. zip.Select(path => axes.Single(a => a.Path == path))]);
        }
        foreach (var group in groups)
            if (group.FirstOrDefault(a => a.Values.Count != group[0].Values.Count) is { } other)
                throw new InputException(
                    $"{group[0].Path} and {other.Path} advance together, but have {group[0].Values.Count} and {other.Values.Count} "
                        + $"values: give equally many of both with --set."
                );
        this.groups = groups;
    }

    /// <summary>
    /// The distinct combinations of the axes in <paramref name="paths"/>, in order of declaration; the first axis changes slowest.
    /// </summary>
    public IReadOnlyList<IReadOnlyDictionary<string, AxisValue>> Combinations(IReadOnlySet<string> paths)
    {
        List<List<(AxisDefinition Axis, AxisValue Value)>> rows =
        [
            [],
        ];
        foreach (var group in groups)
        {
            AxisDefinition[] taken = [.. group.Where(a => paths.Contains(a.Path))];
            if (taken.Length == 0)
                continue;
            var steps = Enumerable
                .Range(0, taken[0].Values.Count)
                .Select(i => taken.Select(axis => (axis, axis.Values[i])).ToList())
                .DistinctBy(step => string.Join('\n', step.Select(s => s.Item2.Label)));
            rows = [.. rows.SelectMany(_ => steps, (row, step) => row.Concat(step).ToList())];
        }
        return [.. rows.Select(InOrderDeclared)];
    }

    OrderedDictionary<string, AxisValue> InOrderDeclared(List<(AxisDefinition Axis, AxisValue Value)> row)
    {
        var values = new OrderedDictionary<string, AxisValue>();
        foreach (var axis in axes)
        foreach (var (of, value) in row)
            if (of == axis)
                values.Add(axis.Path, value);
        return values;
    }
}
