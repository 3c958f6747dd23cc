using System.CommandLine;
using DcrDsl.Definition;
using DcrDsl.Planning;
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
        var table = new Table()
            .RoundedBorder()
            .AddColumns("experiment", "question", "arms", "axes")
            .AddColumns(new TableColumn("seeds").RightAligned(), new TableColumn("cells").RightAligned());
        var problems = new List<string>();
        foreach (var experiment in catalog.Experiments)
        {
            table.AddRow(
                new Text(experiment.Name, new Style(decoration: Decoration.Bold)),
                new Text(experiment.Summary),
                new Text(string.Join(", ", experiment.Arms.Select(a => a.Name))),
                new Text(string.Join("\n", experiment.Axes.Select(Axis))),
                new Text(Count(experiment.Seeds.Count)),
                new Text(Cells(experiment, problems))
            );
        }
        terminal.Out.Write(table);
        foreach (string problem in problems)
            terminal.Plain(problem);
        return ExitCode.Success;
    }

    /// <summary>How many cells there are; an experiment that cannot be planned takes no other with it.</summary>
    static string Cells(ExperimentDefinition experiment, List<string> problems)
    {
        try
        {
            return Count(Plan.Of(experiment, Selection.Everything).Cells.Count);
        }
        catch (InputException e)
        {
            problems.Add(e.Message);
            return "–";
        }
    }

    static string Axis(AxisDefinition axis) => $"{axis.Path} = {string.Join(", ", axis.Values.Select(v => v.Label))}";

    static string Count(int count) => count.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
