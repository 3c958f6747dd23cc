using System.CommandLine;
using System.Globalization;
using DcrDsl.Execution;
using DcrDsl.Planning;
using DcrDsl.Store;
using DcrDsl.Wording;

namespace DcrDsl.Cli;

/// <summary><c>store export</c> and <c>store import</c>: results of stage runs, whole and verified, from one store into another.</summary>
static class StoreCopyVerbs
{
    public static Command Export(Catalog catalog, Terminal terminal)
    {
        var store = new StoreOption();
        var what = new Argument<string[]>("WHAT… DIR")
        {
            Description = "Keys, or how they begin, or the name of an experiment for all that a run of it takes; then the folder.",
            Arity = new ArgumentArity(2, ArgumentArity.OneOrMore.MaximumNumberOfValues),
        };
        var models = new Option<bool>("--models")
        {
            Description = "Writes the models among them as Hugging Face directories as well, under models.",
        };
        var paths = new PathOption(catalog);
        var computing = new ComputingOptions();
        var command = new Command(
            "export",
            "Copies results, with what they begin with, into a folder that is a store of its own: for --store DIR, or store import DIR."
        )
        {
            what,
            models,
            store.Option,
            paths.Option,
        };
        computing.AddTo(command);
        command.SetAction(parsed =>
        {
            string[] given = parsed.GetRequiredValue(what);
            var opened = StoreVerb.Open(store, parsed);
            var target = StoreCopy.Into(given[^1]);
            StoreEntry[] entries = [.. given[..^1].SelectMany(Named).DistinctBy(e => e.Manifest.Key)];
            int code = Copy(opened, target, entries, terminal);
            if (parsed.GetValue(models))
            {
                int written = new StoredModels(opened, e => paths.For(e, parsed), terminal.Tell).Write(
                    entries,
                    name => catalog.Experiments.FirstOrDefault(e => e.Name == name),
                    target.Root
                );
                terminal.Plain($"{English.Count(written, "model")} written to {Path.Combine(target.Root, "models")}.");
            }
            return code;

            IEnumerable<StoreEntry> Named(string name) =>
                catalog.Names.Contains(name, StringComparer.OrdinalIgnoreCase) ? OfExperiment(name) : [StoreVerb.Find(opened, name)];

            IEnumerable<StoreEntry> OfExperiment(string name)
            {
                var plan = Plan.Of(catalog.Find(name), Selection.Everything);
                var options = computing.Of(parsed, plan.Definition, terminal).Options with { Paths = paths.For(plan.Definition, parsed) };
                var keys = Storage.Of(plan, options, opened.Root, CancellationToken.None).PlanKeys;
                StoreEntry[] found = [.. plan.StageRuns.Select(n => opened.Find(keys.Results[n].Digest)).OfType<StoreEntry>()];
                StoreEntry[] read = [.. keys.Readings.Values.Select(k => opened.Find(k.Digest)).OfType<StoreEntry>()];
                if (found.Length == 0)
                    throw new InputException(
                        $"{opened.Root} has nothing that a run of {plan.Definition.Name} takes, as it is declared now: plan "
                            + $"{plan.Definition.Name} says why, and store list has the keys of other results."
                    );
                terminal.Tell(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{found.Length:#,0} of the {English.Count(plan.StageRuns.Count, "stage run")} of {plan.Definition.Name} are in "
                    ) + "the store."
                );
                return found.Concat(read);
            }
        });
        return command;
    }

    public static Command Import(Terminal terminal)
    {
        var store = new StoreOption();
        var folder = new Argument<string>("DIR") { Description = "The folder of a store, as store export writes one." };
        var command = new Command("import", "Copies all results of another store into this one.") { folder, store.Option };
        command.SetAction(parsed =>
        {
            var from = StoreCopy.From(parsed.GetRequiredValue(folder));
            int damaged = 0;
            StoreEntry[] entries =
            [
                .. from.All(fault =>
                {
                    damaged++;
                    terminal.Mistake($"{fault.Message}. It is not copied.");
                }),
            ];
            int code = Copy(from, StoreVerb.Open(store, parsed), entries, terminal);
            return damaged > 0 ? ExitCode.Mistake : code;
        });
        return command;
    }

    static int Copy(StageStore from, StageStore to, IEnumerable<StoreEntry> entries, Terminal terminal)
    {
        var copied = new StoreCopy(from, to, terminal.Tell).Copy(entries);
        terminal.Plain(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{English.Count(copied.Copied, "result")} copied, {English.Size(copied.Bytes)}, to {to.Root}; {copied.Present:#,0} "
                    + $"{(copied.Present == 1 ? "was" : "were")} there already."
            )
        );
        if (copied.Damaged == 0)
            return ExitCode.Success;
        terminal.Mistake($"{English.Count(copied.Damaged, "result")} {(copied.Damaged == 1 ? "was" : "were")} damaged and not copied.");
        return ExitCode.Mistake;
    }
}
