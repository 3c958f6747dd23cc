using DcrDsl.Definition;
using DcrDsl.Execution;
using DcrDsl.Execution.Leaking;
using DcrDsl.Execution.Slurm;
using DcrDsl.Planning;
using DcrDsl.Wording;

namespace DcrDsl.Cli;

/// <summary><c>run --slurm</c>: submits a run as jobs of a cluster, or shows what would be submitted.</summary>
/// <param name="Computing">How the jobs compute.</param>
/// <param name="Slurm">What is asked of the cluster.</param>
/// <param name="Comparison">The options that say which arms the report compares.</param>
/// <param name="OfStages">The options of checkpoints and leases.</param>
sealed record ClusterRun(Computing Computing, SlurmOptions Slurm, IEnumerable<string> Comparison, IEnumerable<string> OfStages)
{
    /// <summary>Submits the jobs, or shows them.</summary>
    /// <param name="plan">What is run.</param>
    /// <param name="settings">What the run was given.</param>
    /// <param name="dry">Only to show them.</param>
    /// <param name="terminal">Where they are shown.</param>
    /// <exception cref="InputException">Something given cannot be used, or Slurm does not take a job.</exception>
    public int Start(Plan plan, RunSettings settings, bool dry, Terminal terminal)
    {
        string store = Require(settings);
        var options = Computing.Options with { Paths = RunPaths.For(plan.Definition, settings.Paths) };
        var planned = Planned.Of(plan, options, store);
        var reuse = planned.Storage.Reuse(terminal.Tell);
        // What every job would stumble over is found here.
        Preflight.Check(plan, options, reuse);
        OverlapOption.Refuse(plan, PlanLeakage.Of(plan, options.Paths, options.Own));
        string again = RepeatCommand.For(["run", plan.Definition.Name, .. Given(settings, store)]);
        if (reuse.ToRun.Count == 0)
        {
            terminal.Plain($"Nothing is left to run; this makes the report:\n{again}");
            return ExitCode.Success;
        }
        var run = new SlurmRun(plan, planned.Storage, reuse, Slurm, Commands(plan, settings, store));
        if (!dry)
            return Submit(run, again, terminal);
        Show(run, terminal);
        return ExitCode.Success;
    }

    static string Require(RunSettings settings)
    {
        if (settings.Export.Count > 0)
            throw new InputException(
                "--export: jobs write no models; give it to a run without --slurm afterwards, which has the rest stored."
            );
        if (settings.Lock is not null)
            throw new InputException(
                "--lock and --locked: jobs neither write nor check a lock; give it to a run without --slurm afterwards, which has all "
                    + "stored."
            );
        if (settings.FailFast || settings.Profile || settings.TensorBoard is not null)
        {
            string option =
                settings.FailFast ? "--fail-fast"
                : settings.Profile ? "--profile"
                : "--tensorboard";
            throw new InputException($"{option}: it is of a run in one process; leave it out with --slurm.");
        }
        if (settings.Keep != KeptModels.All)
            throw new InputException(
                "--keep: jobs hand models on through the store, so all are kept; store prune removes them afterwards."
            );
        return Store.StoreFolder.Of(settings.Store)
            ?? throw new InputException(
                "--slurm: jobs hand results on through the store, and there is none: give its folder with --store."
            );
    }

    JobCommands Commands(Plan plan, RunSettings settings, string store)
    {
        string program = RepeatCommand.ThisProgram;
        string[] common = [.. Given(settings, store)];
        string[] stage =
        [
            StageVerb.Experiment,
            plan.Definition.Name,
            .. SelectionOptions.RepeatedValues(settings.Selection),
            .. Shared(settings, store),
            .. OfStages,
            StageVerb.AwaitParents,
            "60s",
        ];
        string[] output = settings.Folder is { } folder ? ["--out", folder] : [];
        return new JobCommands(
            Environment.CurrentDirectory,
            keys => $"{program} {StageVerb.Name} {keys} \\\n    {Quoted(stage)}",
            $"{program} run {Quoted([plan.Definition.Name, .. common, .. output, RunVerb.StoredOnly])}"
        );
    }

    IEnumerable<string> Given(RunSettings settings, string store) =>
        [.. SelectionOptions.Repeated(settings.Selection), .. Shared(settings, store), .. Comparison];

    IEnumerable<string> Shared(RunSettings settings, string store) =>
        [.. PathOption.Repeated(new RunPaths(settings.Paths)), .. ComputingOptions.Repeated(Computing), "--store", store];

    static string Quoted(IEnumerable<string> arguments) => string.Join(' ', arguments.Select(ShellWord.Quote));

    static void Show(SlurmRun run, Terminal terminal)
    {
        foreach (var (name, text) in run.Files)
            terminal.Plain($"── {Path.Combine(run.Folder, name)}\n{text}");
        terminal.Plain("── to be submitted");
        foreach (string command in run.Commands())
            terminal.Plain(command);
    }

    static int Submit(SlurmRun run, string again, Terminal terminal)
    {
        var (jobs, withoutReport) = run.Submit();
        foreach (var array in jobs.Arrays)
            terminal.Plain(
                $"Level {Number(array.Level)}: job {array.Job}, {English.Count(array.Tasks.Count, "task")} with "
                    + $"{English.Count(array.Tasks.Sum(t => t.Count), "stage run")}"
            );
        if (jobs.Report is { } report)
            terminal.Plain($"Report: job {report}");
        terminal.Plain($"Scripts and outputs are in {run.Folder}. The same command submits again what has failed by then.");
        if (withoutReport is null)
            return ExitCode.Success;
        terminal.Mistake($"{withoutReport} The other jobs stay; once they are over, this makes the report: {again} {RunVerb.StoredOnly}");
        return ExitCode.Mistake;
    }

    static string Number(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
