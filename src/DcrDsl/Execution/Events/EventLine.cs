using System.Text.Json.Serialization;
using DcrDsl.Evaluation.Watching;
using DcrDsl.Training;

namespace DcrDsl.Execution.Events;

/// <summary>A line of <c>events/STAGE-RUN.jsonl</c>.</summary>
/// <param name="At">When it was, by this machine's clock, in UTC.</param>
/// <param name="Seconds">Since the stage run began, over all processes and without the time between them.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "event")]
[JsonDerivedType(typeof(BeginLine), "begin")]
[JsonDerivedType(typeof(ResumeLine), "resume")]
[JsonDerivedType(typeof(StepLine), "step")]
[JsonDerivedType(typeof(AnsweredLine), "answer")]
[JsonDerivedType(typeof(ReadingLine), "reading")]
[JsonDerivedType(typeof(EndLine), "end")]
abstract record EventLine([property: JsonPropertyOrder(-2)] DateTime? At, [property: JsonPropertyOrder(-1)] double? Seconds);

/// <summary>The stage run begins.</summary>
/// <param name="At">When.</param>
/// <param name="StageRun">Its id.</param>
/// <param name="Key">Its identity; null where none is known.</param>
/// <param name="Seed">Its seed; null: no seed changes it.</param>
sealed record BeginLine(DateTime? At, string StageRun, string? Key, int? Seed) : EventLine(At, 0);

/// <summary>Another process goes on with it.</summary>
/// <param name="At">When.</param>
/// <param name="Seconds">How long those before have worked on it.</param>
/// <param name="Steps">The steps that were taken over.</param>
sealed record ResumeLine(DateTime? At, double? Seconds, int Steps) : EventLine(At, Seconds);

/// <summary>A step of training.</summary>
/// <param name="At">When it was told; null, as are the times and what follows the rate, where only the training log knew of it.</param>
/// <param name="Seconds">Since the beginning.</param>
/// <param name="Step">The step, from 0.</param>
/// <param name="Loss">Its loss.</param>
/// <param name="Norm">The gradient's norm before clipping; null where nothing is clipped.</param>
/// <param name="Rate">Its learning rate.</param>
/// <param name="Tokens">Real tokens trained on so far.</param>
/// <param name="TokensPerSecond">Real tokens per second over the last second or two.</param>
/// <param name="Memory">The process's resident memory in bytes, looked at twice a second.</param>
sealed record StepLine(
    DateTime? At,
    double? Seconds,
    int Step,
    double Loss,
    double? Norm,
    double Rate,
    long? Tokens,
    double? TokensPerSecond,
    long? Memory
) : EventLine(At, Seconds)
{
    /// <summary>What the loss is the sum of, before weights; null: it is of one piece.</summary>
    public IReadOnlyList<LossTerm>? Terms { get; init; }
}

/// <summary>A task of an evaluation has come further.</summary>
/// <param name="At">When.</param>
/// <param name="Seconds">Since the beginning.</param>
/// <param name="Task">The task.</param>
/// <param name="Done">Prompts or questions answered.</param>
/// <param name="Total">Prompts or questions of the task.</param>
/// <param name="Memory">The process's resident memory in bytes.</param>
sealed record AnsweredLine(DateTime? At, double? Seconds, string Task, int Done, int Total, long Memory) : EventLine(At, Seconds);

/// <summary>Something was read off the model along the way.</summary>
/// <param name="At">When; null, as the seconds, where only a checkpoint knew of it.</param>
/// <param name="Seconds">Since the beginning.</param>
/// <param name="Watch">What its readings are called.</param>
/// <param name="Step">Steps made by then.</param>
/// <param name="Measure">What it is.</param>
/// <param name="Of">Of what; empty where that goes without saying.</param>
/// <param name="Layer">The layer; null: of the model as a whole.</param>
/// <param name="Value">The number.</param>
[method: JsonConstructor]
sealed record ReadingLine(DateTime? At, double? Seconds, string Watch, int Step, string Measure, string Of, int? Layer, double Value)
    : EventLine(At, Seconds)
{
    public ReadingLine(DateTime? at, double? seconds, Reading reading)
        : this(at, seconds, reading.Watch, reading.Step, reading.Measure, reading.Of, reading.Layer, reading.Value) { }
}

/// <summary>This process has done with it.</summary>
/// <param name="At">When.</param>
/// <param name="Seconds">Since the beginning.</param>
/// <param name="How"><c>complete</c>, <c>failed</c> or <c>stopped</c>.</param>
/// <param name="Reason">Why it failed; null: it did not.</param>
sealed record EndLine(DateTime? At, double? Seconds, string How, string? Reason) : EventLine(At, Seconds);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals
)]
[JsonSerializable(typeof(EventLine))]
sealed partial class EventJson : JsonSerializerContext;
