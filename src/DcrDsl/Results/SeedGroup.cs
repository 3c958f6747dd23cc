namespace DcrDsl.Results;

/// <summary>The cells of one seed, with those that no seed changes.</summary>
/// <param name="Seed">The seed; null: no seed changes any of the cells.</param>
/// <param name="Cells">The cells, in their order.</param>
sealed record SeedGroup(int? Seed, IReadOnlyList<CellRecord> Cells)
{
    /// <summary>The groups of some cells: one for each seed, in order of appearance, or one without a seed.</summary>
    public static IReadOnlyList<SeedGroup> Of(IEnumerable<CellRecord> cells)
    {
        CellRecord[] all = [.. cells];
        int[] seeds = [.. all.Select(c => c.Seed).OfType<int>().Distinct()];
        return all.Length == 0 ? []
            : seeds.Length == 0 ? [new(null, all)]
            : [.. seeds.Select(s => new SeedGroup(s, [.. all.Where(c => c.Seed is null || c.Seed == s)]))];
    }
}
