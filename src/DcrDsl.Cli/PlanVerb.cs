using System.CommandLine;
using System.Globalization;
using DcrDsl.Execution;
using DcrDsl.Execution.Locks;
using DcrDsl.Execution.Numerics;
using DcrDsl.Planning;
using DcrDsl.Tensors;
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
            "Shows what a run would do: the stage runs, which cells share them, which are in the store and why the others run. Nothing is "
                + "run."
        );
        var paths = new PathOption(catalog);
        selection.AddTo(command);
        var store = new StoreOption();
        var computing = new ComputingOptions();
        command.Options.Add(paths.Option);
        command.Options.Add(store.Option);
        computing.AddTo(command);
        var keys = new Option<bool>("--keys")
        {
            Description = "Shows the key of each stage run, by which the store has its result and the verb stage runs it alone.",
        };
        command.Options.Add(keys);
        var overlaps = new OverlapOption();
        command.Options.Add(overlaps.Option);
        var memory = new MemoryOption();
        command.Options.Add(memory.Option);
        var locking = new LockOptions();
        locking.AddTo(command);
        command.SetAction(parsed =>
        {
            TorchStartup.LoadAhead();
            var (plan, selected) = selection.Of(parsed);
            KnownNumerics.ReadAhead(plan, store.Folder(parsed));
            var locks = locking.Of(plan.Definition, parsed);
            var places = locks is null ? paths.Some(plan.Definition, parsed) : paths.For(plan.Definition, parsed);
            var notes = LayerCheck.Of(plan, places);
            // Without the places of its files nothing can be said of what has changed in them.
            var options = plan.Definition.PathNames.All(places.Places.ContainsKey)
                ? computing.Of(parsed, plan.Definition, terminal).Options with
                {
                    Paths = places,
                }
                : null;
            if (parsed.GetValue(keys) && options is null)
                throw new InputException("--keys: keys hang on what is read: say where it lies with --path NAME=PATH.");
            string? root = store.Folder(parsed);
            var locked = locks is null
                ? null
                : LockedRun.Of(
                    plan,
                    options!,
                    Storage.Of(plan, options!, root, CancellationToken.None),
                    locks,
                    selected.IsEverything,
                    new TerminalLogger(terminal)
                );
            var forecast = options is null ? null : Forecast.Of(plan, options, root, terminal.Tell);
            Write(plan, forecast, parsed.GetValue(keys), terminal);
            memory.Tell(plan, options, parsed, terminal);
            foreach (string note in notes.Concat(TaskDescriptions.Notes(plan, places)))
                terminal.Tell(note);
            overlaps.Tell(plan, places, parsed, terminal);
            return LockOptions.Tell(locked?.WithoutRun(), terminal) ? ExitCode.Success : ExitCode.Mistake;
        });
        return new Verb(command, () => new HelpExamples(catalog).Plan);
    }

    static void Write(Plan plan, Forecast? forecast, bool keys, Terminal terminal)
    {
        terminal.Markup(plan.StageRuns.Where(r => r.Parent is null).SelectMany(root => Lines(root, forecast, "", "")));
        terminal.Plain("");
        terminal.Plain(PlanText.Cells(plan));
        if (keys)
            terminal.Plain(string.Concat(plan.StageRuns.Select(n => $"{forecast!.KeyOf(n).Digest[..StoreVerb.Shown]}  {n.Id}\n")));
        terminal.Plain(PlanText.Sharing(plan));
        if (forecast is not null)
            terminal.Plain(Summary(plan, forecast));
    }

    static string Summary(Plan plan, Forecast forecast)
    {
        int stored = plan.StageRuns.Count - forecast.Running;
        if (forecast.Running == 0)
            return "All of them are in the store: nothing is left to run.";
        string duration = forecast.Duration is { } time
            ? string.Create(CultureInfo.InvariantCulture, $", which took about {Math.Ceiling(time.TotalSeconds):0} s before")
            : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{stored} of them {(stored == 1 ? "is" : "are")} in the store; {forecast.Running} "
                + $"{(forecast.Running == 1 ? "is" : "are")} to run{duration}."
        );
    }

    /// <summary>A stage run and those that follow it, as a tree.</summary>
    /// <param name="node">The stage run.</param>
    /// <param name="forecast">Which would run; null: not known.</param>
    /// <param name="guide">Stands before its own line.</param>
    /// <param name="below">Stands before those of what follows it.</param>
    static IEnumerable<string> Lines(StageRunNode node, Forecast? forecast, string guide, string below) =>
        node
            .Children.SelectMany(
                (child, i) =>
                    i < node.Children.Count - 1
                        ? Lines(child, forecast, below + "├── ", below + "│   ")
                        : Lines(child, forecast, below + "└── ", below + "    ")
            )
            .Prepend((guide.Length > 0 ? $"[grey]{guide}[/]" : "") + Label(node, forecast));

    static string Label(StageRunNode node, Forecast? forecast) =>
        string.Concat([
            node.Parent is null && node.Seed is { } seed ? string.Create(CultureInfo.InvariantCulture, $"seed {seed}: ") : "",
            $"[bold]{Markup.Escape(node.Stage.Name)}[/] [grey]{Markup.Escape(node.Stage.Kind)}[/]",
            .. node.Values.Select(v => $" {Markup.Escape(v.Key)} = {Markup.Escape(v.Value.Label)}"),
            .. node.CellIds.Select(id => $" [blue]→ {Markup.Escape(id)}[/]"),
            forecast is null ? ""
            : forecast.Runs(node) ? $" [yellow]{Markup.Escape(forecast.WhyRuns(node))}[/]"
            : " [green]stored[/]",
        ]);
}
