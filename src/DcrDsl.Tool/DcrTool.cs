using System.CommandLine;
using DcrDsl.Cli;

namespace DcrDsl.Tool;

/// <summary>The command <c>dcr</c>: its own verbs, and those of the project's program, which it starts.</summary>
static class DcrTool
{
    /// <summary>How it is called.</summary>
    public const string Name = "dcr";

    static Task<int> Main(string[] args) => RunAsync(args);

    /// <summary>Does what the command line says.</summary>
    /// <returns>The exit code: see <see cref="ExitCode"/>; of a program's verb the program's.</returns>
    public static Task<int> RunAsync(string[] args) => RunAsync(args, Terminal.OfProcess());

    internal static async Task<int> RunAsync(string[] args, Terminal terminal)
    {
        string folder = Environment.CurrentDirectory;
        return await CommandLineRun.Of(
            // What follows a program's verb is the program's to read, its help included.
            () => Root(ProgramVerbs.IsMeant(args) ? args : [], terminal, folder),
            ProgramVerbs.IsMeant(args) ? ProgramVerbs.Shielded(args) : args,
            terminal,
            Name,
            exception => $"Unexpected {exception.GetType().Name}: {exception.Message.Split('\n')[0].Trim()}"
        );
    }

    internal static RootCommand Root(IReadOnlyList<string> forwarded, Terminal terminal, string folder)
    {
        Verb[] verbs =
        [
            NewVerb.Of(terminal),
            DoctorVerb.Of(terminal, folder),
            InitDataVerb.Of(folder),
            SchemaVerb.Of(terminal, folder),
            CompletionVerb.Of(terminal, Name),
            .. ProgramVerbs.All(forwarded, folder),
        ];
        var root = new RootCommand("Makes projects of DcrDsl, says what a machine lacks for them, and runs the verbs of their programs.");
        foreach (var verb in verbs)
            root.Subcommands.Add(verb.Command);
        HelpWithExamples.Install(root, verbs, Name, ExitCode.Help);
        return root;
    }
}
