using System.CommandLine;
using DcrDsl.Definition;
using DcrDsl.Execution;
using DcrDsl.Execution.Numerics;
using DcrDsl.Reports;
using DcrDsl.Tensors;
using DcrDsl.Wording;

namespace DcrDsl.Cli;

/// <summary><c>run</c>: runs an experiment and reports.</summary>
static class RunVerb
{
    /// <summary>The option that takes cells from the store and runs nothing.</summary>
    public const string StoredOnly = "--stored";

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
        var lease = new LeaseOption();
        var comparison = new ComparisonOptions();
        var locking = new LockOptions();
        var store = new StoreOption();
        var keep = new KeepOption();
        var failFast = new Option<bool>("--fail-fast")
        {
            Description =
                "Stops at the first stage run that fails: the others finish their step and write a checkpoint. Without it, what does not "
                + "need its result goes on.",
        };
        var profile = new Option<bool>("--profile")
        {
            Description =
                "Measures where the time of each stage run goes and shows it: forward, backward, optimiser, data, evaluation; the share of "
                + "what a product of matrices reaches at that moment, tokens a second, memory. Of stage runs that are in the store there "
                + "is nothing to measure: --store none runs them again.",
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
        locking.AddTo(command);
        command.Options.Add(store.Option);
        command.Options.Add(keep.Option);
        command.Options.Add(lease.Option);
        var stored = new Option<bool>(StoredOnly)
        {
            Description = "Runs nothing: reports what the store has, and says what it has not. The device need not be here.",
        };
        command.Options.Add(stored);
        var cluster = new ClusterOptions();
        cluster.AddTo(command);
        command.Options.Add(failFast);
        command.Options.Add(profile);
        command.Options.Add(board.Option);
        command.SetAction(parsed =>
        {
            TorchStartup.LoadAhead();
            var chosen = selection.Of(parsed);
            KnownNumerics.ReadAhead(chosen.Plan, store.Folder(parsed));
            var export = exported.For(chosen.Plan, parsed);
            var (gathers, submits) = (parsed.GetValue(stored), cluster.Wanted(parsed));
            if (gathers)
                RequireStore(store.Folder(parsed), submits, export);
            var computed =
                submits ? computing.Elsewhere(parsed, cluster.Processors(parsed) ?? Math.Max(1, chosen.Plan.Definition.ThreadsPerRun))
                : gathers ? computing.Elsewhere(parsed, Environment.ProcessorCount)
                : computing.Of(parsed, chosen.Plan.Definition, terminal);
            var repeated = RepeatCommand
                .WithoutFolder(LockOptions.WithoutWriting([.. computed.Threads.FixedIn(computed.Precision.FixedIn(arguments))]))
                .ToList();
            var settings = new RunSettings
            {
                Selection = chosen.Selection,
                Device = computed.Device,
                Threads = computed.Threads.Count,
                SideBySide = computed.SideBySide,
                Paths = paths.For(chosen.Plan.Definition, parsed).Places,
                FrozenBase = computed.Precision.Frozen,
                Products = computed.Precision.Products,
                FrozenBaseText = computed.Precision.ToString(),
                Folder = parsed.GetValue(folder),
                CheckpointEvery = checkpoints.Of(parsed),
                Export = export,
                Comparison = comparison.Of(parsed),
                Lock = locking.Of(chosen.Plan.Definition, parsed),
                Store = store.Given(parsed),
                Keep = keep.Of(parsed),
                Lease = lease.Of(parsed),
                StoredOnly = gathers,
                FailFast = parsed.GetValue(failFast),
                Profile = parsed.GetValue(profile),
                TensorBoard = board.Of(parsed),
                Commands = at => new RunCommands(RepeatCommand.For(repeated), RepeatCommand.For(["report", at])),
            };
            return submits
                ? new ClusterRun(
                    computed,
                    cluster.Of(parsed, computed.Threads.Count),
                    ComparisonOptions.Repeated(settings.Comparison),
                    [.. checkpoints.Repeated(parsed), .. lease.Repeated(parsed)]
                ).Start(chosen.Plan, settings, cluster.Dry(parsed), terminal)
                : Run(chosen.Plan.Definition, settings, terminal);
        });
        return new Verb(command, () => new HelpExamples(catalog).Run);
    }

    static void RequireStore(string? store, bool submits, IReadOnlyList<string> export)
    {
        if (submits)
            throw new InputException($"{StoredOnly} runs nothing and --slurm runs it elsewhere: give one of them.");
        if (export.Count > 0)
            throw new InputException($"{StoredOnly} runs nothing, so there is no model for --export: leave one of them out.");
        if (store is null)
            throw new InputException($"{StoredOnly}: there is no store; give its folder with --store.");
    }

    static int Run(ExperimentDefinition experiment, RunSettings settings, Terminal terminal)
    {
        using var stop = new StopSignals(terminal);
        var display = new ProgressDisplay(terminal);
        EndedRun ended;
        using (var report = new GrowingReport(display))
        {
            ended = display.ShowDuring(() => ExperimentRun.Run(experiment, settings, report, new TerminalLogger(terminal), stop.Token));
        }
        return End(ended, stop.Token.IsCancellationRequested ? stop.ExitCode : null, settings.Folder is not null, terminal);
    }

    /// <param name="run">The run.</param>
    /// <param name="stopped">What a signal that stopped it says to the shell; null: there was none.</param>
    /// <param name="elsewhere">Whether the results went to a folder that was named, which is not empty the next time.</param>
    /// <param name="terminal">Where its results go.</param>
    static int End(EndedRun run, int? stopped, bool elsewhere, Terminal terminal)
    {
        if (run.IsUnchanged)
        {
            ReportVerb.Recall(run.Results, terminal);
            return ExitCode.Success;
        }
        var outcome = run.Outcome;
        if (run.Results.StageRuns.Count == 0 && outcome.NotRun.Count > 0 && outcome.Failed.Count == 0)
        {
            terminal.Mistake($"Stopped before anything was run; {run.Folder} has no results.");
            return stopped ?? ExitCode.Stopped;
        }
        foreach (var table in ProfileTables.Of(run.Results))
            terminal.Out.Write(ConsoleReport.Table(table));
        ReportVerb.Write(run.Results, terminal);
        foreach (var failure in outcome.Failed.GroupBy(f => f.Failure.Reason))
        {
            string stageRuns = English.List(failure.Select(f => f.Failure.Node.Id).Distinct()),
                cells = English.List(failure.Select(f => f.Cell.Id));
            terminal.Mistake($"{stageRuns} failed, and with it {cells}: {failure.Key}");
        }
        if (run.Details is { } details)
            terminal.Mistake(details);
        if (run.WinRatesMissing is { } missing)
            terminal.Mistake(missing);
        if (outcome.NotRun.Count > 0)
            terminal.Mistake(
                $"Stopped{(stopped is null ? " at the first failure" : "")}: "
                    + $"{English.Count(outcome.NotRun.Count, "cell")} {(outcome.NotRun.Count == 1 ? "was" : "were")} not run; "
                    + $"what is finished is in {run.Folder}. The same command{(elsewhere ? ", with another --out," : "")} goes on with "
                    + "what was in training."
            );
        bool holds = LockOptions.Tell(run.Lock, terminal);
        return outcome.NotRun.Count > 0 && stopped is { } code ? code
            : outcome.Failed.Count > 0 || run.WinRatesMissing is not null ? ExitCode.CellsFailed
            : holds ? ExitCode.Success
            : run.Lock!.Differences.Count > 0 ? ExitCode.OtherNumbers
            : ExitCode.Mistake;
    }
}
