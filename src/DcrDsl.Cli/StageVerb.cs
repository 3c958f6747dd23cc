using System.CommandLine;
using DcrDsl.Execution;
using DcrDsl.Planning;
using DcrDsl.Wording;

namespace DcrDsl.Cli;

/// <summary><c>stage</c>: runs single stage runs into the store.</summary>
static class StageVerb
{
    /// <summary>The options that jobs give, by their names.</summary>
    public const string Name = "stage",
        Experiment = "--experiment",
        AwaitParents = "--await-parents";

    public static Verb Of(Catalog catalog, Terminal terminal)
    {
        var keys = new Argument<string[]>("KEY")
        {
            Description = "The key of a stage run, or how it begins.",
            Arity = ArgumentArity.OneOrMore,
        };
        var experiment = new Option<string?>(Experiment)
        {
            HelpName = "NAME",
            Description = "The experiment that the stage runs are of. Default: all are looked through.",
        };
        var parents = new Option<string?>(AwaitParents)
        {
            HelpName = "TIME",
            Description =
                "Runs nothing else: waits so long for the results that the stage runs begin with to be in the store, as of another "
                + "machine, and fails those without. Default: what is not there is run first.",
        };
        var selection = new SelectionOptions(catalog);
        var paths = new PathOption(catalog);
        var computing = new ComputingOptions();
        var checkpoints = new CheckpointOption();
        var lease = new LeaseOption();
        var store = new StoreOption();
        var keep = new KeepOption();
        var command = new Command(
            Name,
            "Runs single stage runs by their keys, as a job of a cluster does, and puts their results into the store. One that was stopped "
                + "goes on. Options that change keys are given as to run."
        )
        {
            keys,
            experiment,
        };
        selection.AddValuesTo(command);
        command.Options.Add(paths.Option);
        computing.AddTo(command);
        command.Options.Add(parents);
        command.Options.Add(checkpoints.Option);
        command.Options.Add(store.Option);
        command.Options.Add(keep.Option);
        command.Options.Add(lease.Option);
        command.SetAction(parsed =>
        {
            string root =
                store.Folder(parsed)
                ?? throw new InputException("stage: its results go into a store, and there is none; give its folder with --store.");
            var settings = new SingleStageSettings(
                keep.Of(parsed),
                checkpoints.Of(parsed),
                Patience(parsed.GetValue(parents)),
                lease.Of(parsed)
            );
            var options = computing.Of(parsed, experiment: null, terminal).Options;
            string? name = parsed.GetValue(experiment);
            var found = new StageSearch(parsed.GetRequiredValue(keys)).Among(
                name is null ? catalog.Experiments : [catalog.Find(name)],
                e =>
                    Planned.Of(
                        Plan.Of(e, selection.ValuesOf(parsed, e)),
                        options with
                        {
                            Paths = name is null ? paths.Among(e, parsed) : paths.For(e, parsed),
                        },
                        root
                    ),
                named: name is not null
            );
            return Run(found, settings, terminal);
        });
        return new Verb(command, () => []);
    }

    static int Run(
        IReadOnlyList<(Planned Planned, IReadOnlySet<StageRunNode> StageRuns)> found,
        SingleStageSettings settings,
        Terminal terminal
    )
    {
        using var stop = new StopSignals(terminal);
        var ends = new List<SingleStageEnd>();
        foreach (var (planned, stageRuns) in found)
        {
            var display = new ProgressDisplay(terminal);
            var outcome = display.ShowDuring(() =>
                SingleStageRuns.Run(
                    stageRuns,
                    planned.Storage,
                    planned.Options,
                    settings,
                    display,
                    new TerminalLogger(terminal),
                    stop.Token
                )
            );
            foreach (var end in outcome.Ends)
                Tell(end, planned, terminal);
            ends.AddRange(outcome.Ends);
        }
        return ends.Any(e => e.End == StageEnd.Stopped) ? stop.ExitCode
            : ends.Any(e => e.End == StageEnd.Failed) ? ExitCode.CellsFailed
            : ExitCode.Success;
    }

    static void Tell(SingleStageEnd end, Planned planned, Terminal terminal)
    {
        string stageRun = $"{planned.Storage.Keys[end.Node].Digest[..StoreVerb.Shown]} {end.Node.Id}";
        switch (end.End)
        {
            case StageEnd.WasStored:
                terminal.Plain($"{stageRun} was in the store.");
                break;
            case StageEnd.Finished:
                terminal.Plain($"{stageRun} is in the store now.");
                break;
            case StageEnd.Stopped:
                terminal.Mistake($"{stageRun} was stopped. The same command goes on with what was in training.");
                break;
            default:
                terminal.Mistake($"{stageRun} failed: {end.Why}");
                break;
        }
    }

    static TimeSpan? Patience(string? text) =>
        text is null
            ? null
            : TimeText.Parse(text) ?? throw new InputException($"{AwaitParents} {text}: give a time such as {TimeText.Examples}.");
}
