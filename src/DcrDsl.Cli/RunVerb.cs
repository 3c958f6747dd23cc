using System.CommandLine;
using System.CommandLine.Completions;
using System.Runtime.InteropServices;
using DcrDsl.Plans;

namespace DcrDsl.Cli;

/// <summary><c>run</c>: runs an experiment and reports.</summary>
static class RunVerb
{
    public static Verb Of(Catalog catalog, Terminal terminal, IReadOnlyList<string> arguments)
    {
        var selection = new SelectionOptions(catalog);
        var folder = new Option<string?>("--out") { HelpName = "DIR", Description = "Where the results go: a new or empty folder. Default: the next number under runs/NAME." };
        var device = new Option<string>("--device") { HelpName = "DEVICE", Description = "cpu, cuda:N or mps.", DefaultValueFactory = _ => "cpu" };
        device.CompletionSources.Add(_ => Devices.Names.Select(n => new CompletionItem(n)));
        var threads = new Option<int>("--threads") { HelpName = "N", Description = "Processor threads to use in all.", DefaultValueFactory = _ => Environment.ProcessorCount };
        var precision = new Option<string>("--precision")
        {
            HelpName = "FORMAT",
            Description = "fp32, or bf16: the matrices that a stage keeps frozen beside an adapter are held in bfloat16, and multiplied in "
                + "what a short measurement at the start finds faster, bfloat16 or float32; bf16-bf16 and bf16-fp32 say which. What is "
                + "trained is always float32.",
            DefaultValueFactory = _ => "fp32",
        };
        precision.CompletionSources.Add(_ => Precision.Names.Select(n => new CompletionItem(n)));
        var paths = new PathOption(catalog);
        var exported = new ExportOption(selection);
        var command = new Command("run", "Runs an experiment, shows the results and writes a report. What is finished is on disk at once, so stopping loses nothing of it.");
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
            if (count < 1) throw new InputException("--threads: give a whole number of at least 1.");
            var export = exported.For(plan, parsed);
            TorchStartup.Initialize(count);
            var place = Devices.Open(parsed.GetRequiredValue(device));
            var chosen = Precision.Of(parsed.GetRequiredValue(precision), place);
            if (chosen.Why is not null) terminal.Tell($"Matrices beside adapters: {chosen}.");
            var options = new ExecutionOptions(place, count)
            {
                Paths = paths.For(plan.Definition, parsed), WritesModels = export.Any, FrozenBase = chosen.Frozen,
                FrozenBaseText = chosen.ToString(),
            };
            return Run(plan, options, export, parsed.GetValue(folder), chosen.FixedIn(arguments), terminal);
        });
        return new Verb(command, "run quickstart", "run quickstart --arm STL,DCR --seed 0..4", "run quickstart --set Dcr.Layer=1,2,3 --out results/layers --threads 8",
            "run real-model --path model=SmolLM2-135M-Instruct --path data=../data --precision bf16 --export Align");
    }

    static int Run(Plan plan, ExecutionOptions options, ModelExport export, string? wanted, IReadOnlyList<string> arguments, Terminal terminal)
    {
        Preflight.Check(plan, options);
        using var folder = RunFolder.Create(wanted, plan, path => RunDescription.Of(plan, options, arguments, path));
        using var stop = new CancellationTokenSource();
        terminal.Tell($"{PlanText.Sharing(plan)} Results go to {folder.Path}.");
        try
        {
            using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, stop, terminal));
            using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, stop, terminal));
            var progress = new RunProgress(plan, options.Split(plan.Definition.ThreadsPerRun).Workers);
            var running = Task.Factory.StartNew(
                () => Executor.Run(plan, options, new Observers(export.Into(folder.Path), folder, progress), stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            new ProgressDisplay(terminal, progress).ShowUntilEnd(running);
            return End(running.GetAwaiter().GetResult(), folder, terminal);
        }
        catch (Exception exception) when (exception is not InputException)
        {
            folder.WriteError(exception.ToString());
            throw UnexpectedError.Of(exception, folder.ErrorFile);
        }
    }

    static int End(RunOutcome outcome, RunFolder folder, Terminal terminal)
    {
        ReportVerb.Write(RunResults.Load(folder.Path), terminal);
        foreach (var failure in outcome.Failed.GroupBy(f => f.Failure.Reason))
            terminal.Mistake($"{string.Join(", ", failure.Select(f => f.Failure.Node.Id).Distinct())} failed, and with it {string.Join(", ", failure.Select(f => f.Cell.Id))}: {failure.Key}");
        if (folder.HasErrors) terminal.Mistake($"The details are in {folder.ErrorFile}.");
        if (outcome.NotRun.Count > 0) terminal.Mistake($"Stopped: {outcome.NotRun.Count} of the cells were not run; what is finished is in {folder.Path}.");
        return outcome.NotRun.Count > 0 ? ExitCode.Stopped : outcome.Failed.Count > 0 ? ExitCode.CellsFailed : ExitCode.Success;
    }

    // The second signal is left to the system, which ends the program.
    static void Stop(PosixSignalContext context, CancellationTokenSource stop, Terminal terminal)
    {
        if (stop.IsCancellationRequested) return;
        context.Cancel = true;
        terminal.Tell("Stopping at the next step; press Ctrl-C again to end at once.");
        stop.Cancel();
    }
}
