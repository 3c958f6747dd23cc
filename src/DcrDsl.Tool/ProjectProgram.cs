using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using DcrDsl.Cli;

namespace DcrDsl.Tool;

/// <summary>Starts the program of a project, or the .NET SDK, in the terminal of the tool.</summary>
static partial class ProjectProgram
{
    /// <summary>Builds the program where that is needed and gives it a command line.</summary>
    /// <returns>Its exit code.</returns>
    public static int Run(string project, IReadOnlyList<string> arguments) =>
        Dotnet(["run", "-c", "Release", "--project", project, "--", .. arguments]);

    /// <summary>
    /// Runs <c>dotnet</c>. A terminal gives Ctrl-C to all that runs in it, so that is left to the program; other signals are for the tool
    /// alone and handed on.
    /// </summary>
    /// <exception cref="InputException">There is no SDK.</exception>
    public static int Dotnet(IReadOnlyList<string> arguments)
    {
        using var process = Start(new ProcessStartInfo("dotnet", arguments));
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
        using var terminate = HandOn(process, PosixSignal.SIGTERM, 15);
        using var hangUp = HandOn(process, PosixSignal.SIGHUP, 1);
        process.WaitForExit();
        return process.ExitCode;
    }

    /// <summary>What <c>dotnet</c> prints, and its exit code.</summary>
    /// <exception cref="InputException">There is no SDK.</exception>
    public static (int Code, string Said) Ask(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        using var process = Start(start);
        var errors = process.StandardError.ReadToEndAsync();
        string said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, said + errors.Result);
    }

    static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            throw new InputException("There is no command dotnet: install the .NET SDK 10 (https://dotnet.microsoft.com/download).");
        }
    }

    static PosixSignalRegistration? HandOn(Process process, PosixSignal signal, int number) =>
        OperatingSystem.IsWindows()
            ? null
            : PosixSignalRegistration.Create(
                signal,
                context =>
                {
                    context.Cancel = true;
                    if (!process.HasExited)
                        _ = Kill(process.Id, number);
                }
            );

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
