using System.CommandLine;
using System.CommandLine.Completions;
using System.Globalization;
using System.Runtime.InteropServices;
using DcrDsl.Execution;
using DcrDsl.Execution.Origin;
using DcrDsl.Planning;
using DcrDsl.Results;

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
        command.SetAction(parsed =>
        {
            var plan = selection.Plan(parsed);
            int count = parsed.GetValue(threads);
            if (count < 1)
                throw new InputException("--threads: give a whole number of at least 1.");
            var export = exported.For(plan, parsed);
            TorchStartup.Initialize(count);
            var place = Devices.Open(parsed.GetRequiredValue(device));
            var chosen = Precision.Of(parsed.GetRequiredValue(precision), place);
            if (chosen.Why is not null)
                terminal.Tell($"Matrices beside adapters: {chosen}.");
            var options = new ExecutionOptions(place, count)
            {
                Paths = paths.For(plan.Definition, parsed),
                WritesModels = export.Any,
                FrozenBase = chosen.Frozen,
                FrozenBaseText = chosen.ToString(),
            };
            return Run(plan, options, export, parsed.GetValue(folder), chosen.FixedIn(arguments), terminal);
        });
        return new Verb(command, () => new HelpExamples(catalog).Run);
    }

    static int Run(
        Plan plan,
        ExecutionOptions options,
        ModelExport export,
        string? wanted,
        IReadOnlyList<string> arguments,
        Terminal terminal
    )
    {
        var inputs = Preflight.Check(plan, options);
        if (wanted is null)
            RunLeftovers.RemoveBelow(Path.Combine("runs", plan.Definition.Name));
        using var folder = RunFolder.Create(wanted, plan, path => RunDescription.Of(plan, options, arguments, path));
        using var stop = new CancellationTokenSource();
        terminal.Tell($"{PlanText.Sharing(plan)} Results go to {folder.Path}.");
        try
        {
            // A terminal that is closed and a batch system that needs the machine want the same as Ctrl-C.
            using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, stop, terminal));
            using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, stop, terminal));
            using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => Stop(context, stop, terminal));
            if (Describe(plan, options, inputs, folder, stop.Token, terminal) is not { } provenance)
                return ExitCode.Stopped;
            var progress = new RunProgress(plan, options.Split(plan.Definition.ThreadsPerRun).Workers);
            var running = Task.Factory.StartNew(
                () => Executor.Run(plan, options, new Observers(export.Into(folder.Path), folder, progress), stop.Token),
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default
            );
            RunOutcome outcome;
            try
            {
                new ProgressDisplay(terminal, progress).ShowUntilEnd(running);
                outcome = running.GetAwaiter().GetResult();
            }
            finally
            {
                folder.PutInOrder();
            }
            if (Provenance.WithMore(provenance, folder.Places, options.Threads) is { } more)
                folder.Record(more);
            return End(outcome, folder, terminal);
        }
        catch (Exception exception) when (exception is not InputException)
        {
            folder.WriteError(exception.ToString());
            throw UnexpectedError.Of(exception, folder.Errors);
        }
    }

    /// <summary>Writes down where the numbers will come from; null if the run was stopped meanwhile.</summary>
    static ProvenanceRecord? Describe(
        Plan plan,
        ExecutionOptions options,
        IReadOnlyCollection<string> inputs,
        RunFolder folder,
        CancellationToken stop,
        Terminal terminal
    )
    {
        double gigabytes = Provenance.Size(inputs) / 1e9;
        if (gigabytes >= 1)
            terminal.Tell(string.Create(CultureInfo.InvariantCulture, $"Reading {gigabytes:0.0} GB for the digests of model and data."));
        try
        {
            var provenance = Provenance.Of(plan, options, inputs, stop);
            folder.Record(provenance);
            return provenance;
        }
        catch (OperationCanceledException)
        {
            terminal.Mistake($"Stopped before anything was run; {folder.Path} has no results.");
            return null;
        }
    }

    static int End(RunOutcome outcome, RunFolder folder, Terminal terminal)
    {
        ReportVerb.Write(RunResults.Load(folder.Path), terminal);
        foreach (var failure in outcome.Failed.GroupBy(f => f.Failure.Reason))
            terminal.Mistake(
                $"{string.Join(", ", failure.Select(f => f.Failure.Node.Id).Distinct())} failed, and with it "
                    + $"{string.Join(", ", failure.Select(f => f.Cell.Id))}: {failure.Key}"
            );
        if (folder.Errors is { } details)
            terminal.Mistake(details);
        if (outcome.NotRun.Count > 0)
            terminal.Mistake($"Stopped: {outcome.NotRun.Count} of the cells were not run; what is finished is in {folder.Path}.");
        return outcome.NotRun.Count > 0 ? ExitCode.Stopped
            : outcome.Failed.Count > 0 ? ExitCode.CellsFailed
            : ExitCode.Success;
    }

    // The second signal is left to the system, which ends the program.
    static void Stop(PosixSignalContext context, CancellationTokenSource stop, Terminal terminal)
    {
        if (stop.IsCancellationRequested)
            return;
        context.Cancel = true;
        terminal.Tell("Stopping at the next step; press Ctrl-C again to end at once.");
        stop.Cancel();
    }
}
