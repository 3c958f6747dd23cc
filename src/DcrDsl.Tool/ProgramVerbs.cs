using System.CommandLine;
using System.CommandLine.Completions;
using DcrDsl.Cli;

namespace DcrDsl.Tool;

/// <summary>The verbs of the program of a project, which <c>dcr</c> builds and starts: one command is all there is to learn.</summary>
static class ProgramVerbs
{
    /// <summary>Names and what they do; those of DcrDsl.Cli that the tool has not itself.</summary>
    internal static readonly (string Name, string Does)[] Table =
    [
        ("list", "Lists the experiments of the project."),
        ("show", "Shows what an experiment declares, or the program that was generated from it."),
        ("plan", "Shows what a run would do."),
        ("run", "Runs an experiment and reports."),
        ("status", "Shows how far a run is."),
        ("report", "Writes the report of a run, or of several beside each other."),
        ("judge", "Judges the answers of a run again."),
        ("label", "Samples answers for people to judge, and compares judges with them."),
        ("stage", "Runs single stage runs into the store."),
        ("store", "Shows, copies and tidies the store."),
        ("data", "Lists the files that experiments read, in the program's own words."),
    ];

    /// <summary>Whether the command line names one of them.</summary>
    public static bool IsMeant(IReadOnlyList<string> args) => args.Count > 0 && Table.Any(v => v.Name == args[0]);

    /// <summary>The verb alone: its arguments are not for the tool.</summary>
    public static string[] Shielded(IReadOnlyList<string> args) => [args[0]];

    /// <param name="given">The whole command line, if it names one of them.</param>
    /// <param name="folder">The folder that it is given in.</param>
    public static IEnumerable<Verb> All(IReadOnlyList<string> given, string folder)
    {
        foreach (var (name, does) in Table)
        {
            var rest = new Argument<string[]>("ARGUMENTS")
            {
                HelpName = "ARGUMENTS",
                Arity = ArgumentArity.ZeroOrMore,
                Description = $"See dcr {name} --help in a project.",
            };
            rest.CompletionSources.Add(context => ProgramCompletions.Of(context, folder));
            var command = new Command(name, does) { rest };
            command.SetAction(_ => ProjectProgram.Run(ProjectFile.In(folder), given));
            yield return new Verb(command, () => name is "run" or "plan" ? [$"{name} first"] : []);
        }
    }
}
