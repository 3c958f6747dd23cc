using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using DcrDsl.Definition;
using DcrDsl.Evaluation.Discerning;
using DcrDsl.Evaluation.Guarding;
using DcrDsl.Evaluation.Leaking;
using DcrDsl.Evaluation.Measures;
using DcrDsl.Evaluation.Watching;
using DcrDsl.Models.Attachments;
using DcrDsl.Specs;

namespace DcrDsl.Results;

/// <summary>What was run: the file <c>experiment.json</c> of a run folder.</summary>
/// <param name="Name">The experiment.</param>
/// <param name="Summary">Its question.</param>
/// <param name="DeclaredIn">The file that declares it.</param>
/// <param name="Command">The command line that runs the same again, to be given in <paramref name="Directory"/>.</param>
/// <param name="ReportCommand">The command line that makes the report again from the folder's files.</param>
/// <param name="Directory">The folder in which the run was started; relative paths of prompt files begin there.</param>
/// <param name="Environment">What it was run with.</param>
/// <param name="Arms">The arms.</param>
/// <param name="Axes">The axes with the values that were run.</param>
/// <param name="Seeds">The seeds.</param>
/// <param name="Metrics">The metrics.</param>
/// <param name="MatchedDefence">The defence at which compliance is compared.</param>
/// <param name="Cells">The ids of all cells, finished or not.</param>
/// <param name="Spec">The declaration in normal form.</param>
public sealed record ExperimentRecord(
    string Name,
    string Summary,
    string DeclaredIn,
    string Command,
    string ReportCommand,
    string Directory,
    EnvironmentRecord Environment,
    IReadOnlyList<ArmRecord> Arms,
    IReadOnlyList<AxisRecord> Axes,
    IReadOnlyList<int> Seeds,
    IReadOnlyList<Metric> Metrics,
    double MatchedDefence,
    IReadOnlyList<string> Cells,
    string Spec
)
{
    /// <summary>What the reader must know about the prompts, in sentences.</summary>
    public IReadOnlyList<string> Caveats { get; init; } = [];

    /// <summary>What its tasks measure on; empty for a run of a version that did not write it down.</summary>
    public IReadOnlyList<TaskRecord> Tasks { get; init; } = [];

    /// <summary>In what published sets differ here from what was published, in sentences.</summary>
    public IReadOnlyList<string> SetNotes { get; init; } = [];

    /// <summary>What the report concludes; of a run of a version that did not write it down, what is concluded by itself.</summary>
    // A file without it gives null here, whatever the type says.
    public InferenceRecord Inference
    {
        get;
        init => field = (InferenceRecord?)value ?? ByItself;
    } = ByItself;

    /// <summary>The declared win rate, with its paths as they lay; null: none.</summary>
    public JsonObject? WinRate { get; init; }

    static InferenceRecord ByItself => InferenceRecord.Of(new());
}

/// <summary>What a run was run with.</summary>
/// <param name="Tool">The version of DcrDsl.</param>
/// <param name="Torch">The versions of TorchSharp and libtorch.</param>
/// <param name="Device">Where tensors lived.</param>
/// <param name="Threads">Processor threads the run could use.</param>
/// <param name="System">Operating system and processor architecture.</param>
/// <param name="FrozenBase">
/// The number formats of matrices that stayed frozen beside an adapter: what they were held in and computed in, and why.
/// </param>
public sealed record EnvironmentRecord(
    string Tool,
    string Torch,
    string Device,
    int Threads,
    string System,
    string FrozenBase = nameof(TorchSharp.torch.ScalarType.Float32)
);

/// <summary>An arm.</summary>
/// <param name="Name">Its name in tables.</param>
/// <param name="Member">The property that declares it.</param>
/// <param name="Summary">What it is for; may be empty.</param>
/// <param name="Stages">Its stages in order.</param>
/// <param name="Role">What it is in the answer to the experiment's question.</param>
public sealed record ArmRecord(string Name, string Member, string Summary, IReadOnlyList<StageRecord> Stages, ArmRole Role)
{
    /// <summary>The arm of a role among some, or the first; null: there is none.</summary>
    internal static ArmRecord? Chosen(IEnumerable<ArmRecord> arms, ArmRole role) =>
        arms.FirstOrDefault(a => a.Role == role) ?? arms.FirstOrDefault();
}

/// <summary>A stage of an arm.</summary>
/// <param name="Name">The generated method.</param>
/// <param name="Property">The property that declares it.</param>
/// <param name="Kind">The kind of stage, for people.</param>
/// <param name="Gives">What it leaves to the stages after it.</param>
/// <param name="Axes">The axes it takes.</param>
public sealed record StageRecord(string Name, string Property, string Kind, StageResult Gives, IReadOnlyList<string> Axes);

/// <summary>An axis.</summary>
/// <param name="Path">The field.</param>
/// <param name="Values">The labels of the values that were run.</param>
public sealed record AxisRecord(string Path, IReadOnlyList<string> Values);

/// <summary>A finished cell: a line of <c>cells.jsonl</c>.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Arm">Its arm's name.</param>
/// <param name="Values">The labels of its values, by axis.</param>
/// <param name="Seed">Its seed; null: no seed changes it, so that it was run once.</param>
/// <param name="Metrics">What was measured.</param>
/// <param name="StageRuns">The ids of its stage runs, in order.</param>
public sealed record CellRecord(
    string Id,
    string Arm,
    IReadOnlyDictionary<string, string> Values,
    int? Seed,
    IReadOnlyDictionary<Metric, double> Metrics,
    IReadOnlyList<string> StageRuns
)
{
    /// <summary>What cannot be measured so; null: nothing.</summary>
    internal string? Fault()
    {
        foreach (var (metric, value) in Metrics)
        {
            var unit = MetricTable.Of(metric).Unit;
            if (!(value >= 0 && value <= unit.Maximum))
                return string.Create(
                    CultureInfo.InvariantCulture,
                    $"{metric} is {value}, and it lies {(unit.IsBounded ? "from 0 to 1" : "at 0 or above")}"
                );
        }
        return null;
    }
}

/// <summary>A finished stage run: a line of <c>stages.jsonl</c>.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Stage">The stage's name.</param>
/// <param name="Kind">The kind of stage, for people.</param>
/// <param name="Parent">The id of the stage run whose model it was given; null for the base model.</param>
/// <param name="Seed">Its seed; null: no seed changes it, so that it was run once.</param>
/// <param name="Key">
/// A digest of all that decides about its result, of the stages before it too; equal for stage runs that give the same numbers.
/// </param>
/// <param name="Values">The labels of the values it takes, by axis.</param>
/// <param name="Steps">Optimiser steps, or prompts, done.</param>
/// <param name="Seconds">How long it took, with whatever ran beside it and without the watching.</param>
/// <param name="Tokens">Real tokens trained on or decoded.</param>
/// <param name="Log">The training log.</param>
/// <param name="LeftOut">Prompts left out.</param>
/// <param name="Stored">Whether it was in the store already, so that it did not run; its times are those of when it did.</param>
public sealed record StageRunRecord(
    string Id,
    string Stage,
    string Kind,
    string? Parent,
    int? Seed,
    string Key,
    IReadOnlyDictionary<string, string> Values,
    int Steps,
    double Seconds,
    long Tokens,
    IReadOnlyList<TrainingLogEntry> Log,
    IReadOnlyList<LeftOutFromSource> LeftOut,
    bool Stored
)
{
    /// <summary>What was watched along it; null: nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public WatchingRecord? Watching { get; init; }

    /// <summary>What was read, on its way to a file of its own.</summary>
    internal IReadOnlyList<Reading> Readings { get; init; } = [];

    /// <summary>By what the directions of a steering stage, or the classifier of a chain, were chosen; null: it has none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public AttachmentFindings? Findings { get; init; }

    /// <summary>Whether a refinement discerned; null: it does not say, or the stage is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DiscernmentRecord? Discernment { get; init; }

    /// <summary>Of answers, the forward passes that each cost beyond those that write it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int ExtraPasses { get; init; }

    /// <summary>Of answers, what guards around the model did and cost; null: there are none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public GuardAccount? Guarding { get; init; }

    /// <summary>Where its time went; null: that was not measured when it ran.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public StageProfile? Profile { get; init; }
}

/// <summary>What was watched along a stage run, and what that cost.</summary>
/// <param name="Readings">How many numbers were read: the lines of <c>readings/STAGE-RUN.jsonl</c>.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Operations">Floating-point operations of the model in it.</param>
public sealed record WatchingRecord(int Readings, double Seconds, double Operations);

/// <summary>A stage run that failed: a line of <c>failures.jsonl</c>.</summary>
/// <param name="StageRun">The stage run's id.</param>
/// <param name="Cells">The ids of the cells that have no scores because of it.</param>
/// <param name="Reason">What went wrong and what to do.</param>
public sealed record FailureRecord(string StageRun, IReadOnlyList<string> Cells, string Reason);

/// <summary>How the records are written.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals
)]
[JsonSerializable(typeof(ExperimentRecord))]
[JsonSerializable(typeof(CellRecord))]
[JsonSerializable(typeof(StageRunRecord))]
[JsonSerializable(typeof(FailureRecord))]
[JsonSerializable(typeof(Reading))]
[JsonSerializable(typeof(LeakageRecord))]
[JsonSerializable(typeof(Overlap))]
[JsonSerializable(typeof(Neighbour))]
sealed partial class RunRecordsJson : JsonSerializerContext;
