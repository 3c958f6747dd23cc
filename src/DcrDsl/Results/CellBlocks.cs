namespace DcrDsl.Results;

/// <summary>The combinations of axis values at which arms are compared.</summary>
static class CellBlocks
{
    /// <summary>
    /// The largest combinations of some cells, in their order: an arm that takes fewer axes joins those of arms that take more.
    /// </summary>
    public static IReadOnlyList<IReadOnlyDictionary<string, string>> Of(IEnumerable<CellRecord> cells)
    {
        var assignments = new List<IReadOnlyDictionary<string, string>>();
        foreach (var cell in cells)
            if (!assignments.Any(a => a.Count == cell.Values.Count && Agrees(a, cell.Values)))
                assignments.Add(cell.Values);
        return [.. assignments.Where(a => !assignments.Any(b => b.Count > a.Count && Agrees(a, b)))];
    }

    /// <summary>Whether one combination is a part of another.</summary>
    public static bool Agrees(IReadOnlyDictionary<string, string> part, IReadOnlyDictionary<string, string> whole) =>
        part.All(v => whole.TryGetValue(v.Key, out string? label) && label == v.Value);

    /// <summary>A combination in words, as " at Dcr.Layer = 2"; empty for none.</summary>
    public static string At(IReadOnlyDictionary<string, string> values) =>
        values.Count == 0 ? "" : " at " + string.Join(", ", values.Select(v => $"{v.Key} = {v.Value}"));
}
