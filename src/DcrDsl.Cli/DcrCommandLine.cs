using System.CommandLine;
using DcrDsl.Definition;

namespace DcrDsl.Cli;

/// <summary>
/// The program around the experiments of an assembly: the verbs list, show, plan, run, status, report, judge, label, stage, store, data,
/// doctor, schema and completion.
/// </summary>
public static class DcrCommandLine
{
    /// <summary>Does what the command line says. All errors are told in a sentence on the error stream.</summary>
    /// <param name="experiments">The experiments, as the generator lists them.</param>
    /// <param name="args">The command line, without the program's name.</param>
    /// <returns>The exit code: see <see cref="ExitCode"/>.</returns>
    public static Task<int> RunAsync(IReadOnlyList<ExperimentDefinition> experiments, string[] args) =>
        RunAsync(experiments, args, Terminal.OfProcess());

    internal static async Task<int> RunAsync(IReadOnlyList<ExperimentDefinition> experiments, string[] args, Terminal terminal)
    {
        int code = await Answer(experiments, args, terminal);
        if (terminal.Lost is not { } lost)
            return code;
        terminal.Mistake($"What was to be shown could not be written: {lost.Message.TrimEnd('.')}.");
        return code == ExitCode.Success ? ExitCode.Mistake : code;
    }

    static Task<int> Answer(IReadOnlyList<ExperimentDefinition> experiments, string[] args, Terminal terminal) =>
        CommandLineRun.Of(
            () => Root(new Catalog(experiments), args, terminal),
            args,
            terminal,
            RepeatCommand.Program,
            exception => UnexpectedError.Of(exception).Message
        );

    static RootCommand Root(Catalog catalog, IReadOnlyList<string> args, Terminal terminal)
    {
        Verb[] verbs =
        [
            ListVerb.Of(catalog, terminal),
            ShowVerb.Of(catalog, terminal),
            PlanVerb.Of(catalog, terminal),
            RunVerb.Of(catalog, terminal, args),
            StatusVerb.Of(catalog, terminal),
            ReportVerb.Of(catalog, terminal),
            JudgeVerb.Of(catalog, terminal),
            LabelVerb.Of(catalog, terminal),
            StageVerb.Of(catalog, terminal),
            SchemaVerb.Of(catalog, terminal),
            StoreVerb.Of(catalog, terminal),
            DataVerb.Of(catalog, terminal),
            DoctorVerb.Of(catalog, terminal),
            CompletionVerb.Of(terminal, CompletionVerb.ProgramHere()),
        ];
        var root = new RootCommand("Runs declared alignment experiments and reports what came out, with error bars.");
        foreach (var verb in verbs)
            root.Subcommands.Add(verb.Command);
        HelpWithExamples.Install(root, verbs, RepeatCommand.Program, ExitCode.Help);
        return root;
    }
}
