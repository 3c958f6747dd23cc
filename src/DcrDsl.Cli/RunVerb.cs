using System.CommandLine;
using System.CommandLine.Completions;
using DcrDsl.Definition;
using DcrDsl.Execution;

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
        var device = new Option<string>("--device")
        {
            HelpName = "DEVICE",
            Description = "cpu, cuda:N or mps.",
            DefaultValueFactory = _ => "cpu",
        };
        device.CompletionSources.Add(_ => Devices.Names.Select(n => new CompletionItem(n)));
        var threads = new Option<int>("--threads")
        {
            HelpName = "N",
            Description = "Processor threads to use in all.",
            DefaultValueFactory = _ => Environment.ProcessorCount,
        };
        var precision = new Option<string>("--precision")
        {
            HelpName = "FORMAT",
            Description =
                "fp32, or bf16: the matrices that a stage keeps frozen beside an adapter are held in bfloat16, and multiplied in "
                + "what a short measurement at the start finds faster, bfloat16 or float32; bf16-bf16 and bf16-fp32 say which. What is "
                + "trained is always float32.",
            DefaultValueFactory = _ => "fp32",
        };
        precision.CompletionSources.Add(_ => Precision.Names.Select(n => new CompletionItem(n)));
        var paths = new PathOption(catalog);
        var exported = new ExportOption(selection);
        var store = new StoreOptions();
        var comparison = new ComparisonOptions();
        var command = new Command(
            "run",
            "Runs an experiment, shows the results and writes a report. What is finished is on disk at once, so stopping loses "
                + "nothing of it."
        );
        selection.AddTo(command);
        command.Options.Add(paths.Option);
        command.Options.Add(folder);
        command.Options.Add(device);
        command.Options.Add(precision);
        command.Options.Add(threads);
        command.Options.Add(exported.Option);
        store.AddTo(command);
        comparison.AddTo(command);
        command.SetAction(parsed =>
        {
            var chosen = selection.Of(parsed);
            int count = parsed.GetValue(threads);
            if (count < 1)
                throw new InputException("--threads: give a whole number of at least 1.");
            var export = exported.For(chosen.Plan, parsed);
            TorchStartup.Initialize(count);
            var place = Devices.Open(parsed.GetRequiredValue(device));
            var format = Precision.Of(parsed.GetRequiredValue(precision), place);
            if (format.Why is not null)
                terminal.Tell($"Matrices beside adapters: {format}.");
            var repeated = RepeatCommand.WithoutFolder(format.FixedIn(arguments)).ToList();
            var settings = new RunSettings
            {
                Selection = chosen.Selection,
                Device = place,
                Threads = count,
                Paths = paths.For(chosen.Plan.Definition, parsed).Places,
                FrozenBase = format.Frozen,
                FrozenBaseText = format.ToString(),
                Folder = parsed.GetValue(folder),
                Store = store.Folder(parsed),
                CheckpointEvery = store.CheckpointEvery(parsed),
                Export = export,
                Comparison = comparison.Of(parsed),
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
        return End(running.GetAwaiter().GetResult(), stop.ExitCode, terminal);
    }

    static int End(EndedRun run, int stopped, Terminal terminal)
    {
        var outcome = run.Outcome;
        if (run.Results.StageRuns.Count == 0 && outcome.NotRun.Count > 0 && outcome.Failed.Count == 0)
        {
            terminal.Mistake($"Stopped before anything was run; {run.Folder} has no results.");
            return stopped;
        }
        ReportVerb.Write(run.Results, terminal);
        foreach (var failure in outcome.Failed.GroupBy(f => f.Failure.Reason))
        {
            string stageRuns = string.Join(", ", failure.Select(f => f.Failure.Node.Id).Distinct()),
                cells = string.Join(", ", failure.Select(f => f.Cell.Id));
            terminal.Mistake($"{stageRuns} failed, and with it {cells}: {failure.Key}");
        }
        if (run.Details is { } details)
            terminal.Mistake(details);
        if (outcome.NotRun.Count > 0)
            terminal.Mistake(
                $"Stopped: {outcome.NotRun.Count} of the cells were not run; what is finished is in {run.Folder}. The same command goes on "
                    + "with what was in training."
            );
        return outcome.NotRun.Count > 0 ? stopped
            : outcome.Failed.Count > 0 ? ExitCode.CellsFailed
            : ExitCode.Success;
    }
}
