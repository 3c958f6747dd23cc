namespace DcrDsl.Store;

/// <summary>Which entries others need: what adds something to a model is of no use without that model.</summary>
static class StoreNeeds
{
    /// <summary>The entries to whose models some others add something, they themselves or through others.</summary>
    /// <param name="entries">Those that need.</param>
    /// <param name="all">All there are.</param>
    public static IReadOnlyCollection<StoreEntry> Of(IEnumerable<StoreEntry> entries, IEnumerable<StoreEntry> all)
    {
        var byKey = all.ToDictionary(e => e.Manifest.Key, StringComparer.Ordinal);
        var needed = new HashSet<StoreEntry>();
        foreach (var entry in entries)
            for (var at = entry; at.Manifest.AddsTo is { } key && byKey.TryGetValue(key, out var under) && needed.Add(under); at = under)
            { }
        return needed;
    }
}
