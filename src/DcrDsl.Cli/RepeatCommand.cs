using System.Globalization;
using System.Reflection;

namespace DcrDsl.Cli;

/// <summary>The command line that does the same again, to be given in the same folder.</summary>
static class RepeatCommand
{
    /// <summary>How this program is started: through its project where it lies in the project's output, else by its file.</summary>
    public static string Program { get; } = Find(AppContext.BaseDirectory, Environment.CurrentDirectory);

    /// <summary>The whole command line.</summary>
    public static string For(IEnumerable<string> arguments) => string.Join(' ', [Program, .. arguments.Select(Quote)]);

    /// <summary>The arguments without <c>--out</c>, as its folder must be a new one each time.</summary>
    public static IEnumerable<string> WithoutFolder(IReadOnlyList<string> arguments) => Without(arguments, "--out");

    /// <summary>The arguments without an option and its value.</summary>
    public static IEnumerable<string> Without(IReadOnlyList<string> arguments, string option)
    {
        for (int i = 0; i < arguments.Count; i++)
        {
            if (arguments[i] == option)
                i++;
            else if (
                !arguments[i].StartsWith(option + "=", StringComparison.Ordinal)
                && !arguments[i].StartsWith(option + ":", StringComparison.Ordinal)
            )
                yield return arguments[i];
        }
    }

    /// <summary>See <see cref="Program"/>.</summary>
    internal static string Find(string binaries, string current)
    {
        if (ProjectFolder.Of(binaries, out string configuration) is { } project)
        {
            string path = Path.GetRelativePath(current, project.FullName);
            return $"dotnet run -c {configuration}{(path == "." ? "" : " --project " + Quote(path))} --";
        }
        string name = Assembly.GetEntryAssembly()?.GetName().Name ?? "dcr";
        string executable = Path.Combine(binaries, name + (OperatingSystem.IsWindows() ? ".exe" : ""));
        return File.Exists(executable) ? Quote(executable) : "dotnet " + Quote(Path.Combine(binaries, name + ".dll"));
    }

    /// <summary>An argument as this system's shell takes it.</summary>
    public static string Quote(string argument) => Quote(argument, OperatingSystem.IsWindows());

    /// <summary>An argument as the shell takes it: sh on Unix, PowerShell on Windows.</summary>
    internal static string Quote(string argument, bool windows)
    {
        string plain = windows ? "_-./:=+%\\" : "_-./:=+%,@";
        if (argument.Length > 0 && argument.All(c => char.IsAsciiLetterOrDigit(c) || plain.Contains(c)))
            return argument;
        if (windows)
            return $"'{argument.Replace("'", "''")}'";
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
