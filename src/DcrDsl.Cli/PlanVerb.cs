using System.CommandLine;
using DcrDsl.Planning;
using Spectre.Console;

namespace DcrDsl.Cli;

/// <summary><c>plan</c>: what a run would do.</summary>
static class PlanVerb
{
    public static Verb Of(Catalog catalog, Terminal terminal)
    {
        var selection = new SelectionOptions(catalog);
        var command = new Command(
            "plan",
            "Shows what a run would do: the stage runs, which cells share them, and the cells. Nothing is run."
        );
        var paths = new PathOption(catalog);
        selection.AddTo(command);
        command.Options.Add(paths.Option);
        command.SetAction(parsed =>
        {
            var plan = selection.Plan(parsed);
            var notes = LayerCheck.Of(plan, paths.Some(plan.Definition, parsed));
            Write(plan, terminal);
            foreach (string note in notes)
                terminal.Tell(note);
            return ExitCode.Success;
        });
        return new Verb(command, () => new HelpExamples(catalog).Plan);
    }

    static void Write(Plan plan, Terminal terminal)
    {
        foreach (var root in plan.StageRuns.Where(r => r.Parent is null))
        {
            var tree = new Tree(Label(root)).Style("grey");
            foreach (var child in root.Children)
                Add(tree, child);
            terminal.Out.Write(tree);
        }
        terminal.Plain("");
        terminal.Plain(PlanText.Cells(plan));
        terminal.Plain(PlanText.Sharing(plan));
    }

    static void Add(IHasTreeNodes parent, StageRunNode node)
    {
        var own = parent.AddNode(Label(node));
        foreach (var child in node.Children)
            Add(own, child);
    }

    static string Label(StageRunNode node) =>
        string.Concat([
            node.Parent is null && node.Seed is { } seed
                ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"seed {seed}: ")
                : "",
            $"[bold]{Markup.Escape(node.Stage.Name)}[/] [grey]{Markup.Escape(node.Stage.Kind)}[/]",
            .. node.Values.Select(v => $" {Markup.Escape(v.Key)} = {Markup.Escape(v.Value.Label)}"),
            .. node.CellIds.Select(id => $" [blue]→ {Markup.Escape(id)}[/]"),
        ]);
}
