namespace DcrDsl.Data;

/// <summary>What a mistyped name may have meant.</summary>
static class NearestName
{
    /// <summary>The candidate with the fewest letters changed, ignoring case, if those are fewer than half; else null.</summary>
    public static string? Of(string name, IEnumerable<string> candidates) => candidates
        .Select(candidate => (candidate, distance: Distance(name.ToLowerInvariant(), candidate.ToLowerInvariant())))
        .Where(pair => 2 * pair.distance < Math.Max(name.Length, pair.candidate.Length))
        .OrderBy(pair => pair.distance)
        .Select(pair => pair.candidate).FirstOrDefault();

    // Levenshtein's distance, one row of the table at a time.
    static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)));
        }
        return row[^1];
    }
}
