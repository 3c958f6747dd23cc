using DcrDsl.Cli;
using DcrDsl.Definition;
using Spectre.Console;

namespace DcrDsl.Runtime.Tests.Runs;

/// <summary>The command line in this process.</summary>
static class CommandLineForTests
{
    public static async Task<(int Code, string Output, string Error)> Run(ExperimentDefinition definition, params string[] arguments)
    {
        StringWriter output = new(),
            error = new();
        int code = await DcrCommandLine.RunAsync([definition], arguments, new Terminal(Console(output), Console(error), Live: false));
        return (code, output.ToString(), error.ToString());
    }

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
        console.Profile.Width = 1_000;
        return console;
    }
}
