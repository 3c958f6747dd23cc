namespace DcrDsl.Evaluation.Leaking;

/// <summary>The items of a task without some of them.</summary>
static class Kept
{
    /// <summary>The items at other places than these, in order; null: none is left.</summary>
    public static IReadOnlyList<T>? Of<T>(IReadOnlyList<T> items, IReadOnlySet<int> without)
    {
        T[] kept = [.. items.Where((_, place) => !without.Contains(place))];
        return kept.Length > 0 ? kept : null;
    }
}
