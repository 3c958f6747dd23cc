using DcrDsl.Definition;
using DcrDsl.Evaluation.Judging.Asking;
using DcrDsl.Execution.Checkpoints;
using DcrDsl.Execution.Events;
using DcrDsl.Execution.Leaking;
using DcrDsl.Execution.Locks;
using DcrDsl.Execution.Origin;
using DcrDsl.Planning;
using DcrDsl.Results;
using DcrDsl.Store;
using DcrDsl.Tensors;
using DcrDsl.Wording;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DcrDsl.Execution;

/// <summary>
/// Runs experiments from code: what the command line calls, and what a notebook, a test or a service can call. Everything that is finished
/// is on disk at once.
/// </summary>
public static class ExperimentRun
{
    static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);

    /// <summary>Runs an experiment.</summary>
    /// <param name="experiment">The experiment, as the generator hands it over: <c>QuickStartProgram.Definition</c>.</param>
    /// <param name="settings">What is run, where and how widely.</param>
    /// <param name="progress">Is told a few times a second how far the run is.</param>
    /// <param name="logger">Is told what a user should know, and at level Debug of every stage run.</param>
    /// <param name="cancellation">
    /// Ends the run at its next step; what is finished by then is kept, and nothing is thrown.
    /// </param>
    /// <returns>The results and how the run ended.</returns>
    /// <exception cref="InputException">Something given cannot be used; nothing was run.</exception>
    public static Task<EndedRun> StartAsync(
        ExperimentDefinition experiment,
        RunSettings settings,
        IProgress<RunProgress>? progress = null,
        ILogger? logger = null,
        CancellationToken cancellation = default
    ) =>
        // A thread of its own: stage runs hold theirs for hours.
        Task.Factory.StartNew(
            () => Run(experiment, settings, progress, logger, cancellation),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );

    /// <summary>
    /// The same on the calling thread, which it holds until the run has ended. Large models train up to a tenth faster on a process's first
    /// thread, on Linux: docs/runs.md, "From code".
    /// </summary>
    /// <inheritdoc cref="StartAsync"/>
    public static EndedRun Run(
        ExperimentDefinition experiment,
        RunSettings settings,
        IProgress<RunProgress>? progress = null,
        ILogger? logger = null,
        CancellationToken cancellation = default
    )
    {
        logger ??= NullLogger.Instance;
        var plan = Plan.Of(experiment, settings.Selection);
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.Threads, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.SideBySide ?? 1, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(settings.SideBySide ?? 1, settings.Threads);
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.Lease, TimeSpan.FromSeconds(1));
        settings.Comparison.Check([.. plan.Arms.Select(a => a.Name)]);
        TorchStartup.Initialize(settings.Threads);
        var export = ModelExport.Of(plan, settings.Export);
        string? root = StoreFolder.Of(settings.Store);
        var options = new ExecutionOptions(settings.Device, settings.Threads)
        {
            SideBySide = settings.SideBySide,
            Paths = RunPaths.For(plan.Definition, settings.Paths),
            WritesModels = export.Any,
            FrozenBase = settings.FrozenBase,
            Products = settings.Products,
            FrozenBaseText = settings.FrozenBaseText,
            FailFast = settings.FailFast,
            Profile = settings.Profile,
            Checkpoints = root is null ? null : new RunCheckpoints(root, settings.CheckpointEvery, settings.Disk, logger),
            JudgeAnswers = JudgeAnswers.Of(root, settings.Disk, note => logger.LogWarning("{Note}", note)),
        };
        var storage = Storage.Of(plan, options, root, cancellation, settings.Disk);
        var locked = settings.Lock is { } wanted
            ? LockedRun.Of(plan, options, storage, wanted, settings.Selection.IsEverything, logger)
            : null;
        var reuse = storage.Reuse(note => logger.LogWarning("{Note}", note), export.Writes);
        using var sharing = settings.StoredOnly ? null : storage.Share(settings.Keep, settings.Lease, logger, export.Writes);
        options = options with { Sharing = sharing };
        var described = Task.Run(() => Described(plan, options, settings));
        var inputs = settings.StoredOnly ? [] : Preflight.Check(plan, options, reuse);
        var (notes, description) = described.GetAwaiter().GetResult();
        foreach (string note in notes)
            logger.LogWarning("{Note}", note);
        var describe = (string path) => RunDescription.In(description, settings.Commands(path));
        // Large files are read for it, so once.
        var provenance = new Lazy<ProvenanceRecord?>(() => Describe(plan, options, inputs, logger, cancellation));
        if (MayComeBack(settings) && plan.Definition.WinRate is null && reuse.ToRun.Count == 0)
        {
            if (UnchangedRun.Folder(plan, storage.Keys, describe, () => provenance.Value) is { } before)
                return new EndedRun(before, RunResults.Load(before), RunOutcome.Of(plan, plan.StageRuns.ToHashSet(), []), null)
                {
                    IsUnchanged = true,
                };
        }
        if (settings.Folder is null)
            RunLeftovers.RemoveBelow(Path.Combine("runs", plan.Definition.Name));
        using var folder = RunFolder.Create(settings.Folder, plan, storage.Keys, describe);
        options = options with { Events = new RunEvents(folder.Path, Board(settings, plan, folder.Path), logger) };
        logger.LogInformation("{Plan} Results go to {Folder}.", PlanText.Sharing(plan), folder.Path);
        try
        {
            if (provenance.Value is not { } origin)
                return new EndedRun(folder.Path, RunResults.Load(folder.Path), RunOutcome.Of(plan, new HashSet<StageRunNode>(), []), null);
            folder.Record(origin);
            if (Leaks(plan, options, folder, logger, cancellation) is { } refused)
                throw new InputException(refused);
            var monitor = new RunMonitor(plan, options.Split(plan.Definition.ThreadsPerRun).Workers);
            var tell = () => progress?.Report(monitor.Snapshot() with { Folder = folder.Path });
            RunOutcome outcome;
            try
            {
                using var timer = progress is null ? null : new Timer(_ => tell(), null, TimeSpan.Zero, Pace);
                IRunObserver[] observers = settings.StoredOnly
                    ? [folder, monitor]
                    :
                    [
                        export.Into(folder.Path),
                        .. storage.Keeper(settings.Keep, note => logger.LogWarning("{Note}", note)),
                        folder,
                        monitor,
                        new RunLog(logger),
                    ];
                var all = new Observers(observers);
                outcome = settings.StoredOnly
                    ? Gathering.Of(plan, options, reuse, all)
                    : Executor.Run(plan, options, reuse, all, cancellation);
            }
            finally
            {
                folder.PutInOrder();
                tell();
            }
            if (Provenance.WithMore(origin, folder.Places, options.Threads) is { } more)
                folder.Record(more);
            string? missing = cancellation.IsCancellationRequested ? null : Compare(folder.Path, options, logger, cancellation);
            var results = RunResults.Load(folder.Path);
            return new EndedRun(folder.Path, results, outcome, folder.Errors)
            {
                WinRatesMissing = missing,
                Lock = locked?.End(results, reuse.Processors),
            };
        }
        catch (Exception exception) when (exception is not InputException)
        {
            folder.WriteError(exception.ToString());
            throw new InputException(
                $"Unexpected {exception.GetType().Name}: {exception.Message.Split('\n')[0].Trim()} {folder.Errors}".TrimEnd(),
                exception
            );
        }
    }

    /// <summary>
    /// What there is to say of a run, looked up on another core while it is found out whether it can be run. It is put into words once to
    /// no end but that these are compiled by then.
    /// </summary>
    static (IReadOnlyList<string> Notes, ExperimentRecord Description) Described(Plan plan, ExecutionOptions options, RunSettings settings)
    {
        var description = settings.Comparison.In(RunDescription.Of(plan, options));
        _ = RunFolderClaim.Text(description);
        return ([.. TaskDescriptions.Notes(plan, options.Paths)], description);
    }

    /// <summary>Whether nothing is wanted but the results, wherever they are.</summary>
    static bool MayComeBack(RunSettings settings) =>
        settings is { Folder: null, Export.Count: 0, Profile: false, TensorBoard: null, Lock: null, StoredOnly: false };

    /// <summary>Has completions compared with a reference's answers, where that is declared; why they are not, in a sentence.</summary>
    static string? Compare(string folder, ExecutionOptions options, ILogger logger, CancellationToken cancellation)
    {
        var results = RunResults.Load(folder);
        if (results.Experiment.WinRate is null || results.Cells.Count == 0)
            return null;
        logger.LogInformation("Completions are compared with the reference's answers.");
        try
        {
            var done = WinRates.Of(results, options.Judging() with { Path = path => path }, cancellation).GetAwaiter().GetResult();
            foreach (string note in done?.Notes ?? [])
                logger.LogWarning("{Note}", note);
            return null;
        }
        catch (InputException mistake)
        {
            return $"{mistake.Message} All else is done: the win rates are made with 'judge {folder}'.";
        }
        catch (OperationCanceledException)
        {
            return $"Stopped before the win rates were there: they are made with 'judge {folder}'.";
        }
    }

    /// <summary>Compares what is trained on with what is measured on; what is wrong with that, if overlaps are refused.</summary>
    static string? Leaks(Plan plan, ExecutionOptions options, RunFolder folder, ILogger logger, CancellationToken cancellation)
    {
        try
        {
            if (PlanLeakage.Of(plan, options.Paths, options.Own, new NeighbourSearch(options), cancellation) is not { } found)
                return null;
            folder.Record(found);
            string list = Path.Combine(folder.Path, RunFiles.Leakage);
            if (found.Overlaps.Count > 0)
                logger.LogWarning("{Leakage} {List} lists all of them.", LeakageText.Summary(found), list);
            foreach (string note in found.Compared.NotCompared)
                logger.LogWarning("{Note}", note);
            return LeakageText.Refusal(plan.Definition.Name, found, $"{list} lists all of them");
        }
        catch (OperationCanceledException)
        {
            // The run was stopped, and what follows says so.
            return null;
        }
    }

    static TensorBoardFolder? Board(RunSettings settings, Plan plan, string folder) =>
        settings.TensorBoard is { } given
            ? new TensorBoardFolder(given.Length > 0 ? given : Path.Combine(folder, RunFiles.TensorBoard), plan.Definition.Name)
            : null;

    /// <summary>Finds out where the numbers will come from; null if the run was stopped meanwhile.</summary>
    static ProvenanceRecord? Describe(
        Plan plan,
        ExecutionOptions options,
        IReadOnlyCollection<string> inputs,
        ILogger logger,
        CancellationToken cancellation
    )
    {
        long size = Provenance.Size(inputs);
        if (size >= 1 << 30)
            logger.LogInformation("Reading {Size} for the digests of model and data.", English.Size(size));
        try
        {
            return Provenance.Of(plan, options, inputs, cancellation);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }
}

/// <summary>A run that has ended, at its end or before.</summary>
/// <param name="Folder">Its folder.</param>
/// <param name="Results">What is finished, read back from the folder.</param>
/// <param name="Outcome">Which cells are finished, which failed, and which were not reached.</param>
/// <param name="Details">Where the details of unexpected errors are, in a sentence; null: there were none.</param>
public sealed record EndedRun(string Folder, RunResults Results, RunOutcome Outcome, string? Details)
{
    /// <summary>
    /// Whether the folder is that of the latest run, as everything is in the store and nothing has changed since: files and report are as
    /// they were.
    /// </summary>
    public bool IsUnchanged { get; init; }

    /// <summary>Why declared win rates are not there, in a sentence; null: they are, or none are declared.</summary>
    public string? WinRatesMissing { get; init; }

    /// <summary>What became of its lock; null: there was none, or the run was stopped before anything was run.</summary>
    public LockOutcome? Lock { get; init; }
}
