namespace DcrDsl.Jinja.Python;

/// <summary>Python's idea of white space and of line ends, which differ from .NET's.</summary>
public static class PythonWhitespace
{
    /// <summary>str.isspace for one character: .NET's white space and U+001C … U+001F.</summary>
    internal static bool Is(char c) => char.IsWhiteSpace(c) || c is >= '\x1c' and <= '\x1f';

    /// <summary>The characters at which str.splitlines ends a line (a CR LF pair ends one).</summary>
    internal static bool EndsLine(char c) => c is '\n' or '\r' or '\v' or '\f' or >= '\x1c' and <= '\x1e' or '\x85' or '\u2028' or '\u2029';

    /// <summary>str.strip, or lstrip and rstrip.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="left">Whether white space goes at the beginning.</param>
    /// <param name="right">Whether white space goes at the end.</param>
    public static string Strip(string text, bool left = true, bool right = true) => Strip(text, Is, left, right);

    internal static string Strip(string text, Func<char, bool> drop, bool left, bool right)
    {
        int start = 0,
            end = text.Length;
        while (left && start < end && drop(text[start]))
            start++;
        while (right && end > start && drop(text[end - 1]))
            end--;
        return text[start..end];
    }

    /// <summary>str.splitlines(keepends).</summary>
    internal static List<string> Lines(Budget budget, string text, bool keepEnds = false)
    {
        budget.Scan(text.Length);
        budget.AllocateText(text.Length);
        var lines = new List<string>();
        int start = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (!EndsLine(text[i]))
                continue;
            int next = text[i] == '\r' && i + 1 < text.Length && text[i + 1] == '\n' ? i + 2 : i + 1;
            budget.AllocateItems(0);
            lines.Add(text[start..(keepEnds ? next : i)]);
            start = next;
            i = next - 1;
        }
        if (start < text.Length)
            lines.Add(text[start..]);
        return lines;
    }
}
