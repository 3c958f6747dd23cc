using DcrDsl.Definition;
using DcrDsl.Evaluation.Judging.Asking;
using DcrDsl.Execution.Checkpoints;
using DcrDsl.FileSystem;
using DcrDsl.Planning;
using DcrDsl.Results;
using DcrDsl.Tensors;
using Microsoft.Extensions.Logging;

namespace DcrDsl.Execution;

/// <summary>
/// Runs single stage runs of a plan into the store, without a run's folder: what a job of a cluster does. What they begin with is taken
/// from the store, or run first.
/// </summary>
sealed class SingleStageRuns
{
    static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200),
        LookAgain = TimeSpan.FromSeconds(2);

    readonly Storage storage;
    readonly ExecutionOptions options;
    readonly SingleStageSettings settings;
    readonly ILogger logger;

    SingleStageRuns(Storage storage, ExecutionOptions options, SingleStageSettings settings, ILogger logger) =>
        (this.storage, this.options, this.settings, this.logger) = (storage, options, settings, logger);

    /// <summary>Runs stage runs to their end, or to the next step after <paramref name="cancellation"/>.</summary>
    /// <param name="goals">The stage runs.</param>
    /// <param name="storage">The store, of the plan that they belong to.</param>
    /// <param name="options">Where the experiment's paths lie, and how numbers are computed.</param>
    /// <param name="settings">What is kept and waited for.</param>
    /// <param name="progress">Is told a few times a second how far they are.</param>
    /// <param name="logger">Is told what a user should know.</param>
    /// <param name="cancellation">Stops them at the next step.</param>
    /// <exception cref="InputException">Something that they read cannot be used; nothing was run.</exception>
    public static SingleStageOutcome Run(
        IReadOnlySet<StageRunNode> goals,
        Storage storage,
        ExecutionOptions options,
        SingleStageSettings settings,
        IProgress<RunProgress> progress,
        ILogger logger,
        CancellationToken cancellation
    ) => new SingleStageRuns(storage, options, settings, logger).Run(goals, progress, cancellation);

    SingleStageOutcome Run(IReadOnlySet<StageRunNode> goals, IProgress<RunProgress> progress, CancellationToken cancellation)
    {
        TorchStartup.Initialize(options.Threads);
        var orphans = settings.AwaitParents is { } patience ? Await(goals, patience, cancellation) : [];
        var able = goals.Where(g => !g.Line.Any(orphans.Contains)).ToHashSet();
        var (part, kept) = storage.PartOf(able);
        var reuse = kept.Reuse(note => logger.LogWarning("{Note}", note));
        Preflight.Check(part, options, reuse, concludes: false);
        using var sharing = kept.Share(settings.Keep, settings.Lease, logger, _ => false);
        var monitor = new RunMonitor(part, options.Split(part.Definition.ThreadsPerRun).Workers);
        var ends = new Ends();
        using (new Timer(_ => progress.Report(monitor.Snapshot()), null, TimeSpan.Zero, Pace))
        {
            IRunObserver[] observers =
            [
                .. kept.Keeper(settings.Keep, note => logger.LogWarning("{Note}", note)),
                monitor,
                ends,
                new RunLog(logger),
            ];
            Executor.Run(
                part,
                options with
                {
                    Checkpoints = Checkpoints(),
                    JudgeAnswers = JudgeAnswers.Of(kept.Root, Disk.Real, note => logger.LogWarning("{Note}", note)),
                    Sharing = sharing,
                },
                reuse,
                new Observers(observers),
                cancellation
            );
        }
        progress.Report(monitor.Snapshot());
        return new SingleStageOutcome([.. goals.OrderBy(g => g.Id, StringComparer.Ordinal).Select(EndOf)]);

        SingleStageEnd EndOf(StageRunNode goal)
        {
            if (orphans.FirstOrDefault(goal.Line.Contains) is { } orphan)
                return new(goal, StageEnd.Failed, OrphanSentence(orphan, goal));
            if (ends.Failures.FirstOrDefault(f => goal.Line.Contains(f.Node)) is { } failure)
                return new(goal, StageEnd.Failed, failure.Node == goal ? failure.Reason : $"{failure.Node.Id} failed: {failure.Reason}");
            if (!reuse.Runs(goal))
                return new(goal, StageEnd.WasStored, null);
            if (!ends.Finished.Contains(goal))
                return new(goal, StageEnd.Stopped, null);
            return kept.Knows(goal)
                ? new(goal, StageEnd.Finished, null)
                : new(goal, StageEnd.Failed, "It has run, and its result could not be put into the store.");
        }
    }

    RunCheckpoints? Checkpoints() =>
        storage.Root is { } root ? new RunCheckpoints(root, settings.CheckpointEvery, Disk.Real, logger) : null;

    /// <summary>
    /// Waits for what the goals begin with to be in the store, as a shared file system may show late what another machine has written.
    /// </summary>
    /// <returns>What is not there. A base model is made wherever it is needed.</returns>
    HashSet<StageRunNode> Await(IReadOnlySet<StageRunNode> goals, TimeSpan patience, CancellationToken cancellation)
    {
        StageRunNode[] parents =
        [
            .. goals.Select(g => g.Parent).OfType<StageRunNode>().Distinct().Where(p => !goals.Contains(p) && p.Stage.Body is not Make),
        ];
        var until = DateTime.UtcNow + patience;
        while (true)
        {
            HashSet<StageRunNode> missing = [.. parents.Where(p => !storage.Has(p))];
            if (missing.Count == 0 || DateTime.UtcNow >= until || cancellation.WaitHandle.WaitOne(LookAgain))
                return missing;
        }
    }

    static string OrphanSentence(StageRunNode orphan, StageRunNode goal) =>
        $"{orphan.Id}, which {(goal.Parent == orphan ? "it begins" : goal.Parent!.Id + " begins")} with, is not in the store: see why it "
        + $"failed or was ended, and run the same again.";

    /// <summary>How stage runs end.</summary>
    sealed class Ends : IRunObserver
    {
        readonly Lock gate = new();

        public HashSet<StageRunNode> Finished { get; } = [];

        public List<StageFailure> Failures { get; } = [];

        void IRunObserver.Finished(FinishedStageRun finished)
        {
            lock (gate)
                Finished.Add(finished.Node);
        }

        void IRunObserver.Failed(StageFailure failure)
        {
            lock (gate)
                Failures.Add(failure);
        }
    }
}

/// <summary>How single stage runs are run.</summary>
/// <param name="Keep">Which models the store keeps.</param>
/// <param name="CheckpointEvery">How often a stage in training writes a checkpoint.</param>
/// <param name="AwaitParents">
/// How long to wait for what they begin with to be in the store before they fail; null: it is run first.
/// </param>
/// <param name="Lease">For how long a lease stands without a sign of life.</param>
sealed record SingleStageSettings(KeptModels Keep, CheckpointInterval CheckpointEvery, TimeSpan? AwaitParents, TimeSpan Lease);

/// <summary>How single stage runs have ended.</summary>
/// <param name="Ends">Each of them.</param>
sealed record SingleStageOutcome(IReadOnlyList<SingleStageEnd> Ends);

/// <summary>How a single stage run has ended.</summary>
/// <param name="Node">The stage run.</param>
/// <param name="End">How.</param>
/// <param name="Why">Of one that failed, why, in a sentence.</param>
sealed record SingleStageEnd(StageRunNode Node, StageEnd End, string? Why);

/// <summary>How a single stage run can end.</summary>
enum StageEnd
{
    /// <summary>It was in the store.</summary>
    WasStored,

    /// <summary>It has run, and its result is in the store.</summary>
    Finished,

    /// <summary>It has no result.</summary>
    Failed,

    /// <summary>It was stopped.</summary>
    Stopped,
}
