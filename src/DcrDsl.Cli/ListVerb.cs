using System.CommandLine;
using DcrDsl.Plans;
using Spectre.Console;

namespace DcrDsl.Cli;

/// <summary><c>list</c>: the experiments of the program.</summary>
static class ListVerb
{
    public static Verb Of(Catalog catalog, Terminal terminal)
    {
        var command = new Command("list", "Lists the experiments with their questions.");
        command.SetAction(_ => Write(catalog, terminal));
        return new Verb(command, () => ["list"]);
    }

    static int Write(Catalog catalog, Terminal terminal)
    {
        var table = new Table().RoundedBorder().AddColumns("experiment", "question", "arms", "axes").AddColumns(
            new TableColumn("seeds").RightAligned(), new TableColumn("cells").RightAligned());
        foreach (var experiment in catalog.Experiments)
        {
            table.AddRow(
                new Text(experiment.Name, new Style(decoration: Decoration.Bold)), new Text(experiment.Summary),
                new Text(string.Join(", ", experiment.Arms.Select(a => a.Name))), new Text(string.Join("\n", experiment.Axes.Select(Axis))),
                new Text(Count(experiment.Seeds.Count)), new Text(Count(Plan.Of(experiment, Selection.Everything).Cells.Count)));
        }
        terminal.Out.Write(table);
        return ExitCode.Success;
    }

    static string Axis(AxisDefinition axis) => $"{axis.Path} = {string.Join(", ", axis.Values.Select(v => v.Label))}";

    static string Count(int count) => count.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
