using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using DcrDsl.Cli;

namespace DcrDsl.Tool.Doctor;

/// <summary>Loads a native library to see whether that works: in a process of its own, which a library may take down with it.</summary>
static class NativeLoad
{
    /// <summary>What keeps a library from loading; null: it loads.</summary>
    public static string? InAProcess(string library)
    {
        string self = Environment.ProcessPath!;
        string[] tool = Path.GetFileNameWithoutExtension(self) == "dotnet" ? [Assembly.GetExecutingAssembly().Location] : [];
        // A test's process is not the tool.
        if (Assembly.GetEntryAssembly() != Assembly.GetExecutingAssembly())
            (self, tool) = ("dotnet", [Assembly.GetExecutingAssembly().Location]);
        var start = new ProcessStartInfo(self, [.. tool, "doctor", "--load", library])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var said = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == ExitCode.Success ? null
            : said.Result.Trim() is { Length: > 0 } words ? words
            : $"the process that loaded it ended with {process.ExitCode}";
    }

    /// <summary>Loads a library into this process.</summary>
    public static int Try(string library, Terminal terminal)
    {
        try
        {
            NativeLibrary.Load(library);
            return ExitCode.Success;
        }
        catch (Exception exception) when (exception is DllNotFoundException or BadImageFormatException)
        {
            terminal.Tell(Reason(exception.Message, library));
            return ExitCode.Mistake;
        }
    }

    /// <summary>The one line of .NET's explanation that says why.</summary>
    internal static string Reason(string message, string library) =>
        message.Split('\n').Select(l => l.Trim()).FirstOrDefault(l => l.StartsWith(library, StringComparison.Ordinal))
        ?? message.Split('\n').Select(l => l.Trim()).FirstOrDefault(l => l.Contains(".so", StringComparison.Ordinal))
        ?? message.Split('\n')[0];
}
