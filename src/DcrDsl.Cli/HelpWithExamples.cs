using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace DcrDsl.Cli;

/// <summary>The usual help, followed by examples and the exit codes.</summary>
sealed class HelpWithExamples(HelpAction usual, IReadOnlyList<Verb> verbs) : SynchronousCommandLineAction
{
    /// <summary>Puts the examples behind the help of the root command and of every verb.</summary>
    public static void Install(RootCommand root, IReadOnlyList<Verb> verbs)
    {
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!, verbs);
    }

    public override int Invoke(ParseResult parsed)
    {
        usual.Invoke(parsed);
        var output = parsed.InvocationConfiguration.Output;
        var command = parsed.CommandResult.Command;
        output.WriteLine("Examples:");
        foreach (var verb in verbs.Where(v => command is RootCommand || v.Command == command))
        foreach (string example in command is RootCommand ? verb.Examples().Take(1) : verb.Examples())
            output.WriteLine($"  {RepeatCommand.Program} {example}");
        output.WriteLine();
        output.WriteLine(ExitCode.Help);
        return ExitCode.Success;
    }
}
