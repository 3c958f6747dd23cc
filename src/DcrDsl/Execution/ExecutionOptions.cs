using DcrDsl.Data;
using DcrDsl.Definition;
using DcrDsl.Evaluation.Judging.Asking;
using DcrDsl.Execution.Checkpoints;
using DcrDsl.Execution.Events;
using DcrDsl.Models;
using DcrDsl.Planning;
using TorchSharp;

namespace DcrDsl.Execution;

/// <summary>Where and how widely a plan is run; the threads of an operation change results by rounding alone.</summary>
/// <param name="Device">Where tensors live.</param>
/// <param name="Threads">Processor threads the whole run may use, at least 1.</param>
sealed record ExecutionOptions(torch.Device Device, int Threads)
{
    /// <summary>Stage runs that go side by side, at least 1 and at most the threads; null: as the experiment's model has it.</summary>
    public int? SideBySide { get; init; }

    /// <summary>Where the names in the experiment's paths lie.</summary>
    public RunPaths Paths { get; init; } = RunPaths.None;

    /// <summary>Whether models are written, so that what goes with them is looked at beforehand.</summary>
    public bool WritesModels { get; init; }

    /// <summary>
    /// The number formats of the matrices that a stage keeps as they are while it trains an adapter beside them. They change results a
    /// little.
    /// </summary>
    public FrozenFormat FrozenBase { get; init; } = FrozenFormat.Single;

    /// <summary>See <see cref="RunSettings.Products"/>.</summary>
    public torch.ScalarType? Products { get; init; }

    /// <summary>
    /// How the run's files and report speak of <see cref="FrozenBase"/>, for example with what it was chosen by; null: by the formats'
    /// names.
    /// </summary>
    public string? FrozenBaseText { get; init; }

    /// <summary>How training stages are kept from beginning anew when the run is stopped; null: they are not.</summary>
    internal RunCheckpoints? Checkpoints { get; init; }

    /// <summary>What judges were answered before; null: nothing is kept.</summary>
    internal JudgeAnswers? JudgeAnswers { get; init; }

    /// <summary>Where judges work that are asked when all cells are there.</summary>
    internal JudgingPlace Judging(bool isRehearsal = false) =>
        new()
        {
            Answers = JudgeAnswers,
            Path = Paths.Resolve,
            Device = Device,
            IsRehearsal = isRehearsal,
        };

    /// <summary>How stage runs are shared with other processes; null: they are not.</summary>
    internal Sharing? Sharing { get; init; }

    /// <summary>Where it is written down what happens in each stage run; null: nowhere.</summary>
    internal RunEvents? Events { get; init; }

    /// <summary>How many prompts and questions the evaluations ask, as far as it is known before.</summary>
    internal PromptCounts Prompts { get; init; } = new();

    /// <summary>What training stages need for parameters, as far as it is known before.</summary>
    internal StageMemories Memories { get; init; } = new();

    /// <summary>Sources of the user's own, as far as they were read before the run.</summary>
    internal List<OwnPrompts> Own { get; init; } = [];

    /// <summary>Whether the first stage run that fails stops the others.</summary>
    public bool FailFast { get; init; }

    /// <summary>Whether it is measured where the time of each stage run goes.</summary>
    public bool Profile { get; init; }

    /// <summary>What the generated method of a stage knows of its run.</summary>
    /// <param name="node">The stage run.</param>
    /// <param name="report">Is told how far it is.</param>
    /// <param name="cancellation">Ends it at its next step.</param>
    /// <param name="checkpoints">Keep it from beginning anew; null: nothing does.</param>
    /// <param name="events">Are told what happens in it; null: nobody is.</param>
    internal StageRun RunOf(
        StageRunNode node,
        Action<StageProgress> report,
        CancellationToken cancellation,
        IStageCheckpoints? checkpoints = null,
        IStageEvents? events = null
    ) =>
        new(node.Stage.Name, (ulong)(node.Seed ?? 0), node.Values, Device, report, cancellation)
        {
            Paths = Paths,
            FrozenBase = FrozenBase,
            Products = Products,
            Checkpoints = checkpoints,
            JudgeAnswers = JudgeAnswers,
            Events = events,
            Prompts = Prompts.Of(node),
        };

    /// <summary>How the numbers of a plan will be computed.</summary>
    internal Arithmetic ArithmeticOf(Plan plan) =>
        new(Device.ToString(), Split(plan.Definition.ThreadsPerRun).ThreadsEach, FrozenBase.ToString(), Products?.ToString());

    /// <summary>How many stage runs go side by side, and the threads of each.</summary>
    /// <param name="threadsPerRun">What the experiment wants: <see cref="ExperimentDefinition.ThreadsPerRun"/>.</param>
    public (int Workers, int ThreadsEach) Split(int threadsPerRun) =>
        SideBySide is { } workers ? (workers, Threads / workers)
        : threadsPerRun <= 0 ? (1, Threads)
        : (Math.Max(1, Threads / threadsPerRun), Math.Min(Threads, threadsPerRun));
}
