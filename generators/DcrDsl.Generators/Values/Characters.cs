using System.Globalization;
using System.Text;

namespace DcrDsl.Generators.Values;

/// <summary>
/// The characters that are not what they look like: ends of lines, controls, marks that turn the direction of reading, halves of pairs.
/// </summary>
static class Characters
{
    static readonly char[] LineEnds = ['\r', '\n', '\u0085', '\u2028', '\u2029'];

    /// <summary>Whether a text holds what ends a line of C#.</summary>
    public static bool HoldsLineEnd(string text) => text.IndexOfAny(LineEnds) >= 0;

    /// <summary>Whether nobody sees it, or sees something else: it is escaped in literals, and a blank elsewhere.</summary>
    public static bool IsUnseen(char c) =>
        // Nearly all there is.
        c is not (>= ' ' and <= '~')
        && (char.IsControl(c) || TurnsDirection(c) || c is '\u2028' or '\u2029' or '\uFEFF' or '\uFFFE' or '\uFFFF');

    static bool TurnsDirection(char c) =>
        c is '\u061C' or '\u200E' or '\u200F' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');

    /// <summary>The text without what is not seen, a blank in its place, and without halves of pairs, which no file can hold.</summary>
    public static string OnOneLine(string text)
    {
        int i = 0;
        while (i < text.Length && !char.IsSurrogate(text[i]) && !IsUnseen(text[i]))
            i++;
        if (i == text.Length)
            return text;
        var line = new StringBuilder(text, 0, i, text.Length);
        for (; i < text.Length; i++)
        {
            char c = text[i];
            if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                line.Append(c).Append(text[++i]);
            else if (char.IsSurrogate(c))
                line.Append('\uFFFD');
            else
                line.Append(IsUnseen(c) ? ' ' : c);
        }
        return line.ToString();
    }

    /// <summary>The name without the characters that the compiler ignores when it compares names.</summary>
    public static string WithoutFormat(string name) => new([.. name.Where(c => char.GetUnicodeCategory(c) != UnicodeCategory.Format)]);
}
