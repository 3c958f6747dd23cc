using System.CommandLine;
using DcrDsl.Definition;
using DcrDsl.Execution;
using DcrDsl.Tensors;
using DcrDsl.Wording;

namespace DcrDsl.Cli;

/// <summary><c>run</c>: runs an experiment and reports.</summary>
static class RunVerb
{
    public static Verb Of(Catalog catalog, Terminal terminal, IReadOnlyList<string> arguments)
    {
        var selection = new SelectionOptions(catalog);
        var folder = new Option<string?>("--out")
        {
            HelpName = "DIR",
            Description = "Where the results go: a new or empty folder. Default: the next number under runs/NAME.",
        };
        var computing = new ComputingOptions();
        var paths = new PathOption(catalog);
        var exported = new ExportOption(selection);
        var checkpoints = new CheckpointOption();
        var comparison = new ComparisonOptions();
        var store = new StoreOption();
        var keep = new Option<KeptModels>("--keep")
        {
            HelpName = "MODELS",
            Description = "Which trained models the store keeps: all, leaves (those that no further stage begins with) or none.",
            DefaultValueFactory = _ => KeptModels.All,
        };
        var failFast = new Option<bool>("--fail-fast")
        {
            Description =
                "Stops at the first stage run that fails: the others finish their step and write a checkpoint. Without it, what does not "
                + "need its result goes on.",
        };
        var board = new TensorBoardOption();
        var command = new Command(
            "run",
            "Runs an experiment, shows the results and writes a report. What is finished is on disk at once, so stopping loses "
                + "nothing of it."
        );
        selection.AddTo(command);
        command.Options.Add(paths.Option);
        command.Options.Add(folder);
        computing.AddTo(command);
        command.Options.Add(exported.Option);
        command.Options.Add(checkpoints.Option);
        comparison.AddTo(command);
        command.Options.Add(store.Option);
        command.Options.Add(keep);
        command.Options.Add(failFast);
        command.Options.Add(board.Option);
        command.SetAction(parsed =>
        {
            var chosen = selection.Of(parsed);
            var export = exported.For(chosen.Plan, parsed);
            var computed = computing.Of(parsed, terminal);
            var repeated = RepeatCommand.WithoutFolder(computed.Precision.FixedIn(arguments)).ToList();
            var settings = new RunSettings
            {
                Selection = chosen.Selection,
                Device = computed.Device,
                Threads = computed.Threads,
                Paths = paths.For(chosen.Plan.Definition, parsed).Places,
                FrozenBase = computed.Precision.Frozen,
                FrozenBaseText = computed.Precision.ToString(),
                Folder = parsed.GetValue(folder),
                CheckpointEvery = checkpoints.Of(parsed),
                Export = export,
                Comparison = comparison.Of(parsed),
                Store = store.Given(parsed),
                Keep = parsed.GetValue(keep),
                FailFast = parsed.GetValue(failFast),
                TensorBoard = board.Of(parsed),
                Commands = at => new RunCommands(RepeatCommand.For(repeated), RepeatCommand.For(["report", at])),
            };
            return Run(chosen.Plan.Definition, settings, terminal);
        });
        return new Verb(command, () => new HelpExamples(catalog).Run);
    }

    static int Run(ExperimentDefinition experiment, RunSettings settings, Terminal terminal)
    {
        using var stop = new StopSignals(terminal);
        var display = new ProgressDisplay(terminal);
        var running = ExperimentRun.StartAsync(experiment, settings, display, new TerminalLogger(terminal), stop.Token);
        display.ShowUntilEnd(running);
        var ended = running.GetAwaiter().GetResult();
        return End(ended, stop.Token.IsCancellationRequested ? stop.ExitCode : null, terminal);
    }

    /// <param name="run">The run.</param>
    /// <param name="stopped">What a signal that stopped it says to the shell; null: there was none.</param>
    /// <param name="terminal">Where its results go.</param>
    static int End(EndedRun run, int? stopped, Terminal terminal)
    {
        var outcome = run.Outcome;
        if (run.Results.StageRuns.Count == 0 && outcome.NotRun.Count > 0 && outcome.Failed.Count == 0)
        {
            terminal.Mistake($"Stopped before anything was run; {run.Folder} has no results.");
            return stopped ?? ExitCode.Stopped;
        }
        ReportVerb.Write(run.Results, terminal);
        foreach (var failure in outcome.Failed.GroupBy(f => f.Failure.Reason))
        {
            string stageRuns = English.List(failure.Select(f => f.Failure.Node.Id).Distinct()),
                cells = English.List(failure.Select(f => f.Cell.Id));
            terminal.Mistake($"{stageRuns} failed, and with it {cells}: {failure.Key}");
        }
        if (run.Details is { } details)
            terminal.Mistake(details);
        if (outcome.NotRun.Count > 0)
            terminal.Mistake(
                $"Stopped{(stopped is null ? " at the first failure" : "")}: "
                    + $"{English.Count(outcome.NotRun.Count, "cell")} {(outcome.NotRun.Count == 1 ? "was" : "were")} not run; "
                    + $"what is finished is in {run.Folder}. The same command goes on with what was in training."
            );
        return outcome.NotRun.Count > 0 && stopped is { } code ? code
            : outcome.Failed.Count > 0 ? ExitCode.CellsFailed
            : ExitCode.Success;
    }
}
