using System.Globalization;
using System.Text;

namespace DcrDsl.Wording;

/// <summary>
/// Texts of prompts, names and settings come from files of others. What in them would command a terminal instead of being shown (control
/// characters, and marks that turn the direction of what follows) is shown as C# and JSON write it.
/// </summary>
static class VisibleText
{
    /// <summary>The text with <c>\u001b</c> for an escape character and the like; line ends and tabs stay.</summary>
    public static string Of(string text)
    {
        int first = text.AsSpan().IndexOfAnyExcept(Harmless);
        if (first < 0)
            return text;
        var visible = new StringBuilder(text, 0, first, text.Length + 16);
        for (int i = first; i < text.Length; i++)
        {
            char c = text[i];
            bool lineEnd = c == '\r' && i + 1 < text.Length && text[i + 1] == '\n';
            if (lineEnd || !Commands(c))
                visible.Append(c);
            else
                visible.Append(CultureInfo.InvariantCulture, $@"\u{(int)c:x4}");
        }
        return visible.ToString();
    }

    static readonly System.Buffers.SearchValues<char> Harmless = System.Buffers.SearchValues.Create([
        .. Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (char)c),
        '\n',
        '\t',
    ]);

    static bool Commands(char c) =>
        c is not ('\n' or '\t') && (char.IsControl(c) || c is >= '\u202A' and <= '\u202E' or >= '\u2066' and <= '\u2069');
}
