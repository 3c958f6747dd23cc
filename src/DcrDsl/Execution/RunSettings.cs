using DcrDsl.Execution.Checkpoints;
using DcrDsl.Execution.Locks;
using DcrDsl.FileSystem;
using DcrDsl.Models;
using DcrDsl.Planning;
using DcrDsl.Results;
using TorchSharp;

namespace DcrDsl.Execution;

/// <summary>What a run is started with.</summary>
public sealed record RunSettings
{
    /// <summary>What is run of the experiment.</summary>
    public Selection Selection { get; init; } = Selection.Everything;

    /// <summary>Where tensors live.</summary>
    public torch.Device Device { get; init; } = torch.CPU;

    /// <summary>Processor threads the whole run may use, at least 1.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>
    /// Stage runs that go side by side, each with its share of the threads and with models of its own in memory, at least 1 and at most the
    /// threads; null: as the experiment's model has it.
    /// </summary>
    public int? SideBySide { get; init; }

    /// <summary>Where the names in the experiment's paths lie: a folder or file for each name.</summary>
    public IReadOnlyDictionary<string, string> Paths { get; init; } = new Dictionary<string, string>();

    /// <summary>The number formats of matrices that a stage keeps as they are while it trains an adapter beside them.</summary>
    public FrozenFormat FrozenBase { get; init; } = FrozenFormat.Single;

    /// <summary>
    /// The number format in which weights are multiplied while they are trained, themselves, their gradients and moments staying float32;
    /// null: float32 too. What an adapter stands beside has formats of its own.
    /// </summary>
    public torch.ScalarType? Products { get; init; }

    /// <summary>How the run's files speak of <see cref="FrozenBase"/>; null: by the formats' names.</summary>
    public string? FrozenBaseText { get; init; }

    /// <summary>The folder of the run, new or empty; null: the next number under <c>runs/NAME</c>.</summary>
    public string? Folder { get; init; }

    /// <summary>
    /// The folder that keeps work from being done twice; null: what the variable <c>DCR_STORE</c> names, else <c>.dcr/store</c>; none:
    /// there is no such folder. Results of stage runs and checkpoints of those in training lie in it.
    /// </summary>
    public string? Store { get; init; }

    /// <summary>How often a stage in training writes a checkpoint.</summary>
    public CheckpointInterval CheckpointEvery { get; init; } = CheckpointInterval.Default;

    /// <summary>
    /// How long other processes on the store wait without a sign of life of this one before they take over what it runs; at least a second.
    /// </summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Whether the first stage run that fails stops the others, at the end of the step that they are at and with a checkpoint; else what
    /// does not need its result goes on.
    /// </summary>
    public bool FailFast { get; init; }

    /// <summary>Whether it is measured where the time of each stage run goes; it is kept beside its other numbers.</summary>
    public bool Profile { get; init; }

    /// <summary>
    /// The folder for TensorBoard's event files; null: none are written. A relative path counts from the current folder, and an empty one
    /// is <c>tensorboard</c> in the run's folder.
    /// </summary>
    public string? TensorBoard { get; init; }

    /// <summary>Which arms the report compares.</summary>
    public ArmComparison Comparison { get; init; } = ArmComparison.Declared;

    /// <summary>Which models the store keeps.</summary>
    public KeptModels Keep { get; init; } = KeptModels.All;

    /// <summary>The lock that is written or checked; null: none.</summary>
    public RunLock? Lock { get; init; }

    /// <summary>The stages whose models are written, by the property that declares them.</summary>
    public IReadOnlyList<string> Export { get; init; } = [];

    /// <summary>Whether cells are only taken from the store: nothing is run, and what is not there counts as failed.</summary>
    internal bool StoredOnly { get; init; }

    /// <summary>The command lines that repeat the run and its report, for its files, given its folder.</summary>
    public Func<string, RunCommands> Commands { get; init; } = RunCommands.OfCode;

    /// <summary>The file system in which the store lies.</summary>
    internal Disk Disk { get; init; } = Disk.Real;
}

/// <summary>The command lines that are printed beside numbers.</summary>
/// <param name="Run">Runs the same again.</param>
/// <param name="Report">Makes the report again.</param>
public sealed record RunCommands(string Run, string Report)
{
    /// <summary>Of a run that was started from code.</summary>
    internal static RunCommands OfCode(string folder)
    {
        string program = System.Reflection.Assembly.GetEntryAssembly()?.GetName().Name ?? "a program";
        return new($"(started from the code of {program})", $"report {folder}");
    }
}
