using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace DcrDsl.Cli;

/// <summary>The usual help, followed by examples and the exit codes.</summary>
/// <param name="usual">The usual help.</param>
/// <param name="verbs">The verbs of the program.</param>
/// <param name="program">How the program is started.</param>
/// <param name="exitCodes">What it says to the shell when it ends.</param>
sealed class HelpWithExamples(HelpAction usual, IReadOnlyList<Verb> verbs, string program, string exitCodes) : SynchronousCommandLineAction
{
    /// <summary>Puts the examples behind the help of every verb and of the root command, which shows it where nothing is given.</summary>
    public static void Install(RootCommand root, IReadOnlyList<Verb> verbs, string program, string exitCodes)
    {
        root.SetAction(parsed =>
        {
            new HelpWithExamples(new HelpAction(), verbs, program, exitCodes).Invoke(parsed);
            return ExitCode.Usage;
        });
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!, verbs, program, exitCodes);
    }

    public override int Invoke(ParseResult parsed)
    {
        usual.Invoke(parsed);
        var output = parsed.InvocationConfiguration.Output;
        var command = parsed.CommandResult.Command;
        output.WriteLine("Examples:");
        foreach (var verb in verbs.Where(v => command is RootCommand || v.Command == command))
        foreach (string example in command is RootCommand ? verb.Examples().Take(1) : verb.Examples())
            output.WriteLine($"  {program} {example}");
        output.WriteLine();
        output.WriteLine(exitCodes);
        return ExitCode.Success;
    }
}
