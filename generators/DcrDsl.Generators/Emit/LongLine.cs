namespace DcrDsl.Generators.Emit;

/// <summary>Breaks long statements behind commas; a comment at the end stays at the end.</summary>
static class LongLine
{
    public const int Width = 140;

    /// <summary>
    /// The line in parts that are no longer than <paramref name="width"/>, as far as there are commas to break at; comment lines are one
    /// part.
    /// </summary>
    public static IReadOnlyList<string> Parts(string line, int width)
    {
        if (line.Length <= width || line.StartsWith("//", StringComparison.Ordinal))
            return [line];
        var parts = new List<string>();
        int start = 0;
        foreach (var (place, next) in Pairs(Breaks(line)))
        {
            if (next - start <= width)
                continue;
            parts.Add(line.Substring(start, place - start).TrimEnd());
            start = place;
        }
        parts.Add(line.Substring(start));
        return parts;
    }

    static IEnumerable<(int Place, int Next)> Pairs(IReadOnlyList<int> breaks)
    {
        for (int i = 0; i + 1 < breaks.Count; i++)
            yield return (breaks[i], breaks[i + 1]);
    }

    /// <summary>The places behind a comma and a blank that stand in code, and the end of the code.</summary>
    static List<int> Breaks(string line)
    {
        var places = new List<int>();
        bool inText = false;
        for (int i = 0; i < line.Length; i++)
        {
            if (inText && line[i] == '\\')
                i++;
            else if (line[i] == '"')
                inText = !inText;
            else if (!inText && line[i] == '/' && i + 1 < line.Length && line[i + 1] == '/')
                break;
            else if (!inText && line[i] == ',' && i + 1 < line.Length && line[i + 1] == ' ')
                places.Add(i + 2);
        }
        places.Add(line.Length);
        return places;
    }
}
