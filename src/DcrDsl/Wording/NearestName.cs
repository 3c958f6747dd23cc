namespace DcrDsl.Wording;

/// <summary>What a mistyped name may have meant; also compiled into the generator.</summary>
static class NearestName
{
    /// <summary>The candidate with the fewest letters changed, ignoring case, if those are fewer than half; else null.</summary>
    public static string? Of(string name, IEnumerable<string> candidates) =>
        name.Length > Longest
            ? null
            : candidates
                .Select(candidate => (candidate, distance: Distance(name.ToLowerInvariant(), candidate.ToLowerInvariant())))
                .Where(pair => 2 * pair.distance < Math.Max(name.Length, pair.candidate.Length))
                .OrderBy(pair => pair.distance)
                .Select(pair => pair.candidate)
                .FirstOrDefault();

    // The table below grows with both names; nobody mistypes one of this length.
    const int Longest = 200;

    // Levenshtein's distance, where two neighbouring letters that changed places count once.
    static int Distance(string a, string b)
    {
        int[,] table = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
        {
            for (int j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    table[i, j] = i + j;
                    continue;
                }
                int substituted = table[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                table[i, j] = Math.Min(substituted, Math.Min(table[i - 1, j], table[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    table[i, j] = Math.Min(table[i, j], table[i - 2, j - 2] + 1);
            }
        }
        return table[a.Length, b.Length];
    }
}
