using System.CommandLine;
using System.Globalization;
using DcrDsl.Planning;
using DcrDsl.Store;
using DcrDsl.Wording;
using Spectre.Console;

namespace DcrDsl.Cli;

/// <summary><c>store</c>: looks into the results that are kept, and removes some.</summary>
static class StoreVerb
{
    /// <summary>So much of a key tells entries apart.</summary>
    public const int Shown = 12;

    public static Verb Of(Catalog catalog, Terminal terminal)
    {
        var command = new Command("store", "Lists, shows, verifies, copies and removes the results of stage runs that are kept.");
        command.Subcommands.Add(List(terminal));
        command.Subcommands.Add(Show(terminal));
        command.Subcommands.Add(Verify(terminal));
        command.Subcommands.Add(Prune(terminal));
        command.Subcommands.Add(StoreCopyVerbs.Export(catalog, terminal));
        command.Subcommands.Add(StoreCopyVerbs.Import(terminal));
        command.SetAction(_ =>
        {
            terminal.Mistake("store: say list, show KEY, verify, prune, export or import.");
            return ExitCode.Usage;
        });
        return new Verb(command, () => []);
    }

    static Command List(Terminal terminal)
    {
        var store = new StoreOption();
        var command = new Command("list", "Lists the results that are kept.") { store.Option };
        command.SetAction(parsed =>
        {
            var opened = Open(store, parsed);
            var table = new Table().RoundedBorder();
            foreach (string head in new[] { "key", "experiment", "stage run", "gives" })
                table.AddColumn(head);
            foreach (string head in new[] { "seconds", "MB" })
                table.AddColumn(new TableColumn(head).RightAligned());
            table.AddColumn("written");
            int count = 0;
            long bytes = 0;
            foreach (var entry in opened.All(fault => terminal.Tell(fault.Message)).OrderBy(e => e.Manifest.Written))
            {
                var manifest = entry.Manifest;
                table.AddRow(
                    manifest.Key[..Shown],
                    Markup.Escape(manifest.Experiment),
                    Markup.Escape(manifest.Run.Id),
                    manifest.Keeps || manifest.Bytes > 0 ? manifest.Gives.ToString() : $"{manifest.Gives}, not kept",
                    manifest.Run.Seconds.ToString("0.0", CultureInfo.InvariantCulture),
                    (manifest.Bytes / 1e6).ToString("0.0", CultureInfo.InvariantCulture),
                    manifest.Written.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)
                );
                (count, bytes) = (count + 1, bytes + manifest.Bytes);
            }
            if (count > 0)
                terminal.Out.Write(table);
            terminal.Plain(string.Create(CultureInfo.InvariantCulture, $"{count:#,0} results, {bytes / 1e6:#,0.0} MB, in {opened.Root}"));
            return ExitCode.Success;
        });
        return command;
    }

    static Command Show(Terminal terminal)
    {
        var store = new StoreOption();
        var key = new Argument<string>("KEY") { Description = "The key, or how it begins." };
        var command = new Command("show", "Shows what is known of a result: what decides about it, its run, its files.")
        {
            key,
            store.Option,
        };
        command.SetAction(parsed =>
        {
            string wanted = parsed.GetRequiredValue(key);
            var opened = Open(store, parsed);
            var entry = Find(opened, wanted);
            var manifest = entry.Manifest;
            terminal.Plain($"{manifest.Key}\n{manifest.Run.Id} of {manifest.Experiment}: {manifest.Run.Kind}");
            terminal.Plain(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{manifest.Run.Steps:#,0} steps, {manifest.Run.Seconds:0.0} s, {manifest.Run.Tokens:#,0} tokens, "
                        + $"{(manifest.Operations ?? 0) / 1e9:#,0.0} GFLOP, {English.Size(manifest.PeakMemoryBytes)} of memory at most; "
                        + $"written {manifest.Written:u} by DcrDsl {manifest.Tool}, libtorch {manifest.Torch}, on {manifest.Processor}"
                )
            );
            foreach (var (metric, value) in manifest.Metrics)
                terminal.Plain(string.Create(CultureInfo.InvariantCulture, $"  {metric} {value:R}"));
            terminal.Plain("What decides about it:");
            foreach (var part in manifest.Parts)
                terminal.Plain($"  {part.Name} = {Text(part)}");
            if (manifest.AddsTo is { } under)
                terminal.Plain($"Its files are added to the model of {under}.");
            foreach (var file in manifest.Files)
                terminal.Plain(
                    string.Create(CultureInfo.InvariantCulture, $"{file.Sha256} {file.Bytes, 14:#,0} {entry.PathOf(file.Name)}")
                );
            return ExitCode.Success;
        });
        return command;
    }

    static string Text(KeyPart part) => part.Shown is { } shown && shown != part.Value ? $"{shown} ({part.Value})" : part.Value;

    static Command Verify(Terminal terminal)
    {
        var store = new StoreOption();
        var command = new Command("verify", "Reads every byte that is kept and names what is not as it was written. Nothing is changed.")
        {
            store.Option,
        };
        command.SetAction(parsed =>
        {
            var opened = Open(store, parsed);
            int whole = 0,
                damaged = 0;
            foreach (var entry in opened.All(fault => Wrong(fault.Message)))
                if (entry.Fault() is { } fault)
                    Wrong($"{entry.Directory}: {fault}");
                else
                    whole++;
            terminal.Plain(
                string.Create(CultureInfo.InvariantCulture, $"{whole:#,0} results are as they were written, {damaged:#,0} are not.")
            );
            return damaged == 0 ? ExitCode.Success : ExitCode.Mistake;

            void Wrong(string what)
            {
                damaged++;
                terminal.Mistake($"{what}. The next run that needs it sets it aside and computes it again.");
            }
        });
        return command;
    }

    static Command Prune(Terminal terminal)
    {
        var store = new StoreOption();
        var experiment = new Option<string?>("--experiment")
        {
            HelpName = "NAME",
            Description = "Removes results that this experiment has run.",
        };
        var older = new Option<int?>("--older-than") { HelpName = "DAYS", Description = "Removes results that are older." };
        var command = new Command("prune", "Removes results: those that fit every option given. What is needed again is computed again.")
        {
            experiment,
            older,
            store.Option,
        };
        command.SetAction(parsed =>
        {
            var (name, days) = (parsed.GetValue(experiment), parsed.GetValue(older));
            if (name is null && days is null)
                throw new InputException("store prune: say which results with --experiment NAME, --older-than DAYS, or both.");
            var opened = Open(store, parsed);
            StoreEntry[] all = [.. opened.All()],
                fitting = [.. all.Where(Fits)],
                needed = [.. fitting.Intersect(StoreNeeds.Of(all.Except(fitting), all))];
            StoreEntry[] removed = [.. fitting.Except(needed)];
            foreach (var entry in removed)
                opened.Remove(entry);
            opened.RemoveLeftovers();
            terminal.Plain(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{removed.Length:#,0} results removed, {removed.Sum(e => e.Manifest.Bytes) / 1e6:#,0.0} MB."
                )
            );
            if (needed.Length > 0)
                terminal.Plain(
                    $"{English.Count(needed.Length, "model")} that would have fitted {(needed.Length == 1 ? "stays" : "stay")}, as "
                        + "adapters that stay are added to them."
                );
            return ExitCode.Success;

            bool Fits(StoreEntry entry) =>
                (name is null || string.Equals(entry.Manifest.Experiment, name, StringComparison.OrdinalIgnoreCase))
                && (days is not { } age || entry.Manifest.Written <= DateTime.UtcNow.AddDays(-age));
        });
        return command;
    }

    /// <summary>The result whose key begins so.</summary>
    /// <exception cref="InputException">There is none, or several.</exception>
    internal static StoreEntry Find(StageStore store, string key)
    {
        StoreEntry[] found = [.. store.All().Where(e => e.Manifest.Key.StartsWith(key, StringComparison.OrdinalIgnoreCase))];
        return found.Length == 1
            ? found[0]
            : throw new InputException(
                found.Length == 0
                    ? $"{store.Root} has no result whose key begins with '{key}': store list names all."
                    : $"Several keys begin with '{key}': give more of it."
            );
    }

    /// <summary>The store.</summary>
    /// <exception cref="InputException">There is none.</exception>
    internal static StageStore Open(StoreOption store, ParseResult parsed) =>
        store.Folder(parsed) is { } root
            ? new StageStore(root)
            : throw new InputException("There is no store to look into: give its folder with --store.");
}
