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

    static IAnsiConsole Console(StringWriter writer)
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
