namespace DcrDsl.Generators;

/// <summary>"Did you mean": the nearest of the names that would have been right.</summary>
static class Suggestion
{
    /// <summary>"; did you mean 'x'?" or, where nothing is near, the list of what would be right.</summary>
    public static string For(string written, IEnumerable<string> known)
    {
        string[] names = [.. known.Distinct()];
        string? nearest = names.OrderBy(n => Distance(written, n)).ThenBy(n => n, StringComparer.Ordinal).FirstOrDefault();
        if (nearest is null) return "";
        return Distance(written, nearest) <= Math.Max(2, written.Length / 3)
            ? $"; did you mean '{nearest}'?"
            : $"; it can be {string.Join(", ", names)}";
    }

    /// <summary>Edits between two names, letters' case aside: insertions, deletions, replacements and swaps of neighbours.</summary>
    static int Distance(string a, string b)
    {
        (a, b) = (a.ToLowerInvariant(), b.ToLowerInvariant());
        int[,] d = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++) d[i, 0] = i;
        for (int j = 0; j <= b.Length; j++) d[0, j] = j;
        for (int i = 1; i <= a.Length; i++)
            for (int j = 1; j <= b.Length; j++)
            {
                int replaced = d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                d[i, j] = Math.Min(replaced, Math.Min(d[i - 1, j], d[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        return d[a.Length, b.Length];
    }
}
