using System.CommandLine;
using System.CommandLine.Invocation;

namespace DcrDsl.Cli;

/// <summary>What every program of ours does with its command line: all that goes wrong is a sentence on the error stream.</summary>
static class CommandLineRun
{
    /// <summary>Does what the command line says.</summary>
    /// <param name="root">Gives the verbs.</param>
    /// <param name="args">The command line, without the program's name.</param>
    /// <param name="terminal">Where it is answered.</param>
    /// <param name="program">How the program is started.</param>
    /// <param name="unexpected">Tells of an error that nobody foresaw.</param>
    public static async Task<int> Of(
        Func<RootCommand> root,
        string[] args,
        Terminal terminal,
        string program,
        Func<Exception, string> unexpected
    )
    {
        try
        {
            var parsed = root().Parse(args);
            if (parsed.Action is ParseErrorAction)
                return Usage(parsed, terminal, program);
            // Ctrl-C is the run's own affair: it ends at a step, however long that takes.
            return await parsed.InvokeAsync(
                new InvocationConfiguration
                {
                    EnableDefaultExceptionHandler = false,
                    ProcessTerminationTimeout = null,
                    Output = terminal.Out.Profile.Out.Writer,
                    Error = terminal.Error.Profile.Out.Writer,
                }
            );
        }
        catch (InputException mistake)
        {
            terminal.Mistake(mistake.Message);
            return ExitCode.Mistake;
        }
        catch (Exception exception)
        {
            terminal.Mistake(unexpected(exception));
            return ExitCode.Mistake;
        }
    }

    static int Usage(ParseResult parsed, Terminal terminal, string program)
    {
        foreach (string error in parsed.Errors.Select(e => e.Message).Distinct())
            terminal.Mistake(error);
        string verb = parsed.CommandResult.Command is RootCommand ? "" : parsed.CommandResult.Command.Name + " ";
        terminal.Tell($"See {program} {verb}--help");
        return ExitCode.Usage;
    }
}
