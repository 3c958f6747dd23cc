using System.CommandLine;
using DcrDsl.Cli;

namespace DcrDsl.Tool;

/// <summary>
/// <c>init-data</c>: the files that the experiments of a project read. The program says it, which knows what records and YAML files come
/// to; nothing is downloaded.
/// </summary>
static class InitDataVerb
{
    public static Verb Of(string folder)
    {
        var project = new Argument<string?>("PROJECT")
        {
            Arity = ArgumentArity.ZeroOrOne,
            Description = "The folder of a project; default: this one.",
        };
        var experiments = new Option<string[]>("--experiment") { HelpName = "NAME", Description = "Only what this experiment reads." };
        var paths = new Option<string[]>("--path")
        {
            HelpName = "NAME=PATH",
            Description = "The folder or file that {NAME} stands for in the experiments' paths.",
        };
        var json = new Option<bool>("--json") { Description = "As JSON." };
        var command = new Command(
            "init-data",
            "Lists the public files that the experiments name: where they are published, under which licence, and whether they are here."
        )
        {
            project,
            experiments,
            paths,
            json,
        };
        command.SetAction(parsed =>
            ProjectProgram.Run(
                ProjectFile.In(parsed.GetValue(project) ?? folder),
                [
                    "data",
                    .. parsed.GetValue(experiments) ?? [],
                    .. (parsed.GetValue(paths) ?? []).SelectMany(p => new[] { "--path", p }),
                    .. parsed.GetValue(json) ? (string[])["--json"] : [],
                ]
            )
        );
        return new Verb(command, () => ["init-data --path data=../data"]);
    }
}
