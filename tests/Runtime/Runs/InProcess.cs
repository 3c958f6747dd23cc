using DcrDsl.Cli;
using DcrDsl.Definition;
using Spectre.Console;

namespace DcrDsl.Runtime.Tests.Runs;

/// <summary>The command line in this process, its sentences on one line each.</summary>
static class InProcess
{
    public static async Task<(int Code, string Output, string Error)> Run(ExperimentDefinition definition, params string[] arguments)
    {
        StringWriter output = new(),
            error = new();
        int code = await DcrCommandLine.RunAsync([definition], arguments, new Terminal(Console(output), Console(error), Live: false));
        return (code, output.ToString(), error.ToString());
    }

    /// <summary>What a terminal without colours would show, and hardly ever breaks a line.</summary>
    public static IAnsiConsole Console(TextWriter writer)
    {
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Out = new AnsiConsoleOutput(writer),
                Ansi = AnsiSupport.No,
                ColorSystem = ColorSystemSupport.NoColors,
            }
        );
        console.Profile.Width = 2000;
        return console;
    }
}
