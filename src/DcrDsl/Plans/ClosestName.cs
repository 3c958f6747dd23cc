namespace DcrDsl.Plans;

/// <summary>Finds what a misspelt name was meant to be.</summary>
public static class ClosestName
{
    /// <summary>" Did you mean X?" where a known name is near, else " There are: …"; to be put behind the sentence that says what is unknown.</summary>
    /// <param name="given">The name that is not known.</param>
    /// <param name="known">The names there are.</param>
    public static string Hint(string given, IReadOnlyCollection<string> known)
    {
        var nearest = known.Select(name => (Name: name, Distance: Distance(given, name)))
            .Where(n => n.Distance <= Math.Max(2, given.Length / 3) || n.Name.Contains(given, StringComparison.OrdinalIgnoreCase))
            .OrderBy(n => n.Distance)
            .Select(n => n.Name)
            .FirstOrDefault();
        return nearest is not null ? $" Did you mean {nearest}?"
            : known.Count == 0 ? " There are none."
            : $" There {(known.Count == 1 ? "is" : "are")}: {string.Join(", ", known)}.";
    }

    // Levenshtein's distance without regard to case.
    static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int substituted = diagonal + (char.ToUpperInvariant(a[i - 1]) == char.ToUpperInvariant(b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[^1];
    }
}
