using System.Reflection;
using DcrDsl.Wording;

namespace DcrDsl.Cli;

/// <summary>The command line that does the same again, to be given in the same folder.</summary>
static class RepeatCommand
{
    /// <summary>How this program is started: through its project where it lies in the project's output, else by its file.</summary>
    public static string Program { get; } = Find(AppContext.BaseDirectory, Environment.CurrentDirectory);

    /// <summary>This very process' program in the words of a POSIX shell, wherever it is started.</summary>
    public static string ThisProgram
    {
        get
        {
            string file = Environment.ProcessPath!;
            // Without an executable of its own, .NET's is given the program's file.
            string[] words = Path.GetFileNameWithoutExtension(file) == "dotnet" ? [file, Assembly.GetEntryAssembly()!.Location] : [file];
            return string.Join(' ', words.Select(ShellWord.Quote));
        }
    }

    /// <summary>The whole command line.</summary>
    public static string For(IEnumerable<string> arguments) => string.Join(' ', [Program, .. arguments.Select(Quote)]);

    /// <summary>
    /// The arguments without <c>--out</c>, as its folder must be a new one each time, and without <c>--stored</c>, as whoever repeats the
    /// run elsewhere has nothing stored.
    /// </summary>
    public static IEnumerable<string> WithoutFolder(IReadOnlyList<string> arguments) =>
        Without(arguments, "--out").Where(a => a != RunVerb.StoredOnly);

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

    /// <summary>
    /// The arguments with what was measured given outright, so that another machine, or another day, computes the same.
    /// </summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="option">The option.</param>
    /// <param name="word">Its value that stands for a measurement.</param>
    /// <param name="found">What was found.</param>
    public static IReadOnlyList<string> With(IReadOnlyList<string> arguments, string option, string word, string found)
    {
        return [.. arguments.Select(Replaced)];

        string Replaced(string argument, int place) =>
            argument == $"{option}={word}" || argument == $"{option}:{word}" ? $"{option}={found}"
            : argument == word && place > 0 && arguments[place - 1] == option ? found
            : argument;
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
        if (!windows)
            return ShellWord.Quote(argument);
        return argument.Length > 0 && argument.All(c => char.IsAsciiLetterOrDigit(c) || "_-./:=+%\\".Contains(c))
            ? argument
            : $"'{argument.Replace("'", "''")}'";
    }
}
