namespace DcrDsl.Jinja.Values;

/// <summary>Finds substrings in time linear in both lengths, so that no pair of strings is slow; offsets are UTF-16 units.</summary>
sealed class TextSearch
{
    /// <summary>Up to this length the runtime's own search is at most this many times slower than linear.</summary>
    const int ShortPattern = 32;

    readonly string pattern;
    readonly int[]? borders;

    public TextSearch(Budget budget, string pattern)
    {
        this.pattern = pattern;
        if (pattern.Length <= ShortPattern)
            return;
        budget.Allocate(4L * pattern.Length);
        borders = new int[pattern.Length];
        for (int i = 1, matched = 0; i < pattern.Length; i++)
        {
            while (matched > 0 && pattern[i] != pattern[matched])
                matched = borders[matched - 1];
            if (pattern[i] == pattern[matched])
                matched++;
            borders[i] = matched;
        }
    }

    /// <summary>The first occurrence at or after <paramref name="from"/>, or −1. Charges what it reads.</summary>
    public int Next(Budget budget, string text, int from)
    {
        if (borders is null)
        {
            int found = text.IndexOf(pattern, from, StringComparison.Ordinal);
            budget.Scan((found < 0 ? text.Length : found) - from);
            return found;
        }
        int end = from;
        for (int matched = 0; end < text.Length; end++)
        {
            while (matched > 0 && text[end] != pattern[matched])
                matched = borders[matched - 1];
            if (text[end] == pattern[matched])
                matched++;
            if (matched == pattern.Length)
            {
                budget.Scan(end - from);
                return end + 1 - pattern.Length;
            }
        }
        budget.Scan(end - from);
        return -1;
    }

    /// <summary>All occurrences from left to right that do not overlap, at most <paramref name="limit"/>.</summary>
    public List<int> All(Budget budget, string text, long limit)
    {
        var found = new List<int>();
        for (int at = 0; found.Count < limit && at <= text.Length; )
        {
            int next = Next(budget, text, at);
            if (next < 0)
                break;
            budget.Allocate(8);
            found.Add(next);
            at = next + Math.Max(1, pattern.Length);
        }
        return found;
    }

    /// <summary>The last occurrence of <paramref name="pattern"/> that ends at or before <paramref name="end"/>, or −1.</summary>
    public static int Last(Budget budget, string text, string pattern, int end)
    {
        budget.AllocateText(end + pattern.Length);
        int found = new TextSearch(budget, Backwards(pattern)).Next(budget, Backwards(text[..end]), 0);
        return found < 0 ? -1 : end - found - pattern.Length;
    }

    static string Backwards(string text) =>
        string.Create(
            text.Length,
            text,
            (span, from) =>
            {
                from.CopyTo(span);
                span.Reverse();
            }
        );
}
