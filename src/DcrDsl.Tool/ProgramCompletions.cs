using System.CommandLine.Completions;
using System.Diagnostics;
using System.Globalization;

namespace DcrDsl.Tool;

/// <summary>What may follow a program's verb, as the program says itself, if it is built: the Tab key starts no build.</summary>
static class ProgramCompletions
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static IEnumerable<CompletionItem> Of(CompletionContext context, string folder)
    {
        try
        {
            if (ProjectFile.TryIn(folder, out string project, out _) is false || BuiltProgram.Of(project) is not { } built)
                return [];
            string line = context is TextCompletionContext text ? text.CommandLineText[..text.CursorPosition] : "";
            string tail = string.Join(' ', line.Split(' ')[1..]);
            return Ask(built.Assembly, "x " + tail).Select(word => new CompletionItem(word));
        }
        catch (Exception exception) when (exception is InputException or IOException or System.ComponentModel.Win32Exception)
        {
            return [];
        }
    }

    static string[] Ask(string assembly, string line)
    {
        var start = new ProcessStartInfo(
            "dotnet",
            [assembly, string.Create(CultureInfo.InvariantCulture, $"[suggest:{line.Length}]"), line]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var said = process.StandardOutput.ReadToEndAsync();
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        if (!said.Wait(Patience))
        {
            process.Kill();
            return [];
        }
        return said.Result.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
