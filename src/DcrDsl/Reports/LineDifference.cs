using System.Text;

namespace DcrDsl.Reports;

/// <summary>The lines in which two texts differ, as diff writes them: with a few lines around each.</summary>
static class LineDifference
{
    const int Around = 3,
        // Of lines by lines; declarations are far shorter.
        Most = 4_000_000;

    /// <summary>The lines, those of the first with a minus and those of the second with a plus; empty: the texts are the same.</summary>
    public static string Of(string first, string second)
    {
        string[] a = Lines(first),
            b = Lines(second);
        int begin = 0,
            end = 0;
        while (begin < Math.Min(a.Length, b.Length) && a[begin] == b[begin])
            begin++;
        while (end < Math.Min(a.Length, b.Length) - begin && a[^(end + 1)] == b[^(end + 1)])
            end++;
        if (begin == a.Length && begin == b.Length)
            return "";
        (char Sign, string Text)[] all =
        [
            .. a[..begin].Select(l => (' ', l)),
            .. Middle(a[begin..^end], b[begin..^end]),
            .. a[(a.Length - end)..].Select(l => (' ', l)),
        ];
        return Near(all);
    }

    static string[] Lines(string text) => text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');

    /// <summary>By the longest sequence of lines that both have.</summary>
    static IEnumerable<(char, string)> Middle(string[] a, string[] b)
    {
        if ((long)a.Length * b.Length > Most)
            return [.. a.Select(l => ('-', l)), .. b.Select(l => ('+', l))];
        var common = new int[a.Length + 1, b.Length + 1];
        for (int i = a.Length - 1; i >= 0; i--)
        for (int j = b.Length - 1; j >= 0; j--)
            common[i, j] = a[i] == b[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
        var lines = new List<(char, string)>();
        for (int i = 0, j = 0; i < a.Length || j < b.Length; )
            if (i < a.Length && j < b.Length && a[i] == b[j])
            {
                lines.Add((' ', a[i++]));
                j++;
            }
            else if (j == b.Length || (i < a.Length && common[i + 1, j] >= common[i, j + 1]))
                lines.Add(('-', a[i++]));
            else
                lines.Add(('+', b[j++]));
        return lines;
    }

    static string Near((char Sign, string Text)[] lines)
    {
        int[] changed = [.. lines.Index().Where(l => l.Item.Sign != ' ').Select(l => l.Index)];
        var text = new StringBuilder();
        int last = -1;
        foreach (int place in changed.SelectMany(c => Enumerable.Range(c - Around, 2 * Around + 1)).Where(p => p >= 0 && p < lines.Length))
        {
            if (place <= last)
                continue;
            if (place > last + 1)
                text.Append("…\n");
            text.Append(lines[place].Sign).Append(' ').Append(lines[place].Text).Append('\n');
            last = place;
        }
        return text.ToString();
    }
}
