namespace DcrDsl.Generators.Emit;

/// <summary>
/// Breaks long statements behind commas, as far outside of brackets as there are any; a comment at the end stays at the end.
/// </summary>
static class LongLine
{
    public const int Width = 140;

    /// <summary>
    /// The line in parts that are no longer than <paramref name="width"/>, as far as there are commas to break at, or blanks in a comment.
    /// </summary>
    public static IReadOnlyList<string> Parts(string line, int width)
    {
        if (line.Length <= width)
            return [line];
        if (line.StartsWith("//", StringComparison.Ordinal))
            return Comment(line, width);
        var parts = new List<string>();
        var breaks = Breaks(line);
        int start = 0;
        while (line.Length - start > width)
        {
            var within = breaks.Where(b => b.Place > start && b.Place - start <= width).ToList();
            if (within.Count == 0)
                within = breaks.Where(b => b.Place > start).Take(1).ToList();
            if (within.Count == 0)
                break;
            int shallowest = within.Min(b => b.Depth);
            int place = within.Last(b => b.Depth == shallowest).Place;
            parts.Add(line.Substring(start, place - start).TrimEnd());
            start = place;
        }
        parts.Add(line.Substring(start));
        return parts;
    }

    /// <summary>A comment over several lines, which all begin at the same place.</summary>
    static List<string> Comment(string line, int width)
    {
        string mark = line.StartsWith("///", StringComparison.Ordinal) ? "/// " : "// ";
        var parts = new List<string>();
        string current = "";
        foreach (string word in line.Substring(Math.Min(mark.Length, line.Length)).Split(' '))
        {
            if (current.Length > 0 && mark.Length + current.Length + 1 + word.Length > width)
            {
                parts.Add(mark + current);
                current = word;
            }
            else
            {
                current = current.Length == 0 ? word : $"{current} {word}";
            }
        }
        parts.Add(mark + current);
        return parts;
    }

    /// <summary>The places behind a comma and a blank that stand in code, each with how many brackets are open there.</summary>
    static List<(int Place, int Depth)> Breaks(string line)
    {
        var places = new List<(int, int)>();
        bool inText = false;
        int depth = 0;
        for (int i = 0; i < line.Length; i++)
        {
            char c = line[i];
            if (inText && c == '\\')
                i++;
            else if (c == '"')
                inText = !inText;
            else if (inText)
                continue;
            else if (c == '/' && i + 1 < line.Length && line[i + 1] == '/')
                break;
            else if (c is '(' or '[' or '{' || c == '<' && OpensTypes(line, i))
                depth++;
            else if (c is ')' or ']' or '}' || c == '>' && i > 0 && line[i - 1] is not ('=' or ' ' or '-'))
                depth--;
            else if (c == ',' && i + 1 < line.Length && line[i + 1] == ' ')
                places.Add((i + 2, depth));
        }
        return places;
    }

    // Type arguments stand right behind a name; a comparison has blanks around it.
    static bool OpensTypes(string line, int at) =>
        at > 0 && at + 1 < line.Length && char.IsLetterOrDigit(line[at - 1]) && line[at + 1] != ' ';
}
