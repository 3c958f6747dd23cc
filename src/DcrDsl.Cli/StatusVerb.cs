using System.CommandLine;
using System.Globalization;
using DcrDsl.Execution;
using DcrDsl.Planning;
using DcrDsl.Store.Leases;
using DcrDsl.Wording;
using Spectre.Console;

namespace DcrDsl.Cli;

/// <summary><c>status</c>: how far the cells of an experiment are, whichever processes run them.</summary>
static class StatusVerb
{
    public static Verb Of(Catalog catalog, Terminal terminal)
    {
        var selection = new SelectionOptions(catalog);
        var command = new Command(
            "status",
            "Shows how far every cell is, whichever processes on the store run it: done, running where, waiting for what, failed why. Give "
                + "the options of the run that decide about its numbers. Nothing is changed."
        );
        var paths = new PathOption(catalog);
        var store = new StoreOption();
        var computing = new ComputingOptions();
        selection.AddTo(command);
        command.Options.Add(paths.Option);
        command.Options.Add(store.Option);
        computing.AddTo(command);
        command.SetAction(parsed =>
        {
            var plan = selection.Plan(parsed);
            string root =
                store.Folder(parsed)
                ?? throw new InputException("status: without a store nobody knows what others run; give its folder with --store.");
            var options = computing.Of(parsed, plan.Definition, terminal).Options with { Paths = paths.For(plan.Definition, parsed) };
            Write(PlanStatus.Of(plan, options, root), terminal);
            return ExitCode.Success;
        });
        return new Verb(command, () => new HelpExamples(catalog).Status);
    }

    static void Write(PlanStatus status, Terminal terminal)
    {
        var table = new Table().RoundedBorder();
        foreach (string head in new[] { "cell", "", "stage run", "how" })
            table.AddColumn(head);
        foreach (var cell in status.Cells)
            table.AddRow(
                new Text(cell.Cell.Id),
                new Text(State(cell.State), new Style(ColourOf(cell.State))),
                new Text(cell.Next?.Id ?? ""),
                new Text(How(cell))
            );
        terminal.Out.Write(table);
        terminal.Plain(Summary(status));
    }

    static string How(CellStatus cell) =>
        cell.Lease is { } lease ? Running(lease)
        : cell.Failure is { } failure
            ? string.Create(CultureInfo.InvariantCulture, $"{failure.Reason} ({failure.Host}, {failure.When:yyyy-MM-dd HH:mm} UTC)")
        : "";

    static string Running(LeaseRecord lease)
    {
        string steps = lease.Total > 0 ? string.Create(CultureInfo.InvariantCulture, $"{lease.Done:#,0} of {lease.Total:#,0}, ") : "",
            time = lease.Beat == 0 ? "begun just now" : "for " + English.Duration(TimeSpan.FromSeconds(Math.Ceiling(lease.Held)));
        return string.Create(CultureInfo.InvariantCulture, $"{lease.Holder.Host}, process {lease.Holder.Process}, {steps}{time}");
    }

    static string Summary(PlanStatus status)
    {
        int[] counts = [.. Enum.GetValues<CellState>().Select(s => status.Cells.Count(c => c.State == s))];
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{English.Count(status.Cells.Count, "cell")}: {counts[0]:#,0} done, {counts[1]:#,0} running, {counts[2]:#,0} waiting, "
                + $"{counts[3]:#,0} failed."
        );
    }

    static string State(CellState state) =>
        state switch
        {
            CellState.Done => "done",
            CellState.Running => "running",
            CellState.Waiting => "waiting for",
            _ => "failed",
        };

    static Color ColourOf(CellState state) =>
        state switch
        {
            CellState.Done => Color.Green,
            CellState.Running => Color.Blue,
            CellState.Waiting => Color.Grey,
            _ => Color.Red,
        };
}
