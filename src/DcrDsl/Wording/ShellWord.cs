using System.Globalization;

namespace DcrDsl.Wording;

/// <summary>Arguments as a POSIX shell takes them.</summary>
static class ShellWord
{
    const string Plain = "_-./:=+%,@";

    /// <summary>The argument, quoted where the shell would read it as something else.</summary>
    public static string Quote(string argument)
    {
        if (argument.Length > 0 && argument.All(c => char.IsAsciiLetterOrDigit(c) || Plain.Contains(c)))
            return argument;
        // Within $'…' what is not seen can be written; a line break as such would end the line of whatever shows the command.
        return argument.Any(IsUnseen) ? $"$'{string.Concat(argument.Select(Escaped))}'" : $"'{argument.Replace("'", "'\\''")}'";
    }

    static bool IsUnseen(char c) =>
        char.IsControl(c)
        || char.GetUnicodeCategory(c) is UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Format;

    static string Escaped(char c) =>
        c is '\'' or '\\' ? "\\" + c
        : c == '\n' ? "\\n"
        : IsUnseen(c) ? string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}")
        : c.ToString();
}
