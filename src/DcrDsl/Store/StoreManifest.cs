using System.Text.Json;
using System.Text.Json.Serialization;
using DcrDsl.Definition;
using DcrDsl.Models;
using DcrDsl.Planning;
using DcrDsl.Results;
using DcrDsl.Specs;

namespace DcrDsl.Store;

/// <summary>What an entry of the store says of itself: the file <c>manifest.json</c>.</summary>
/// <param name="Format">The version of this form.</param>
/// <param name="Key">The key of the stage run as a digest, which is the entry's name.</param>
/// <param name="Parts">What the key is made of.</param>
/// <param name="Experiment">The experiment that ran it.</param>
/// <param name="Gives">What it leaves to the stages after it.</param>
/// <param name="Keeps">Whether the result itself is here, and not only what is known of it.</param>
/// <param name="Run">What a run's folder says of it.</param>
/// <param name="Metrics">What was measured, of scores; empty otherwise.</param>
/// <param name="Written">When it was written, in UTC.</param>
/// <param name="Tool">The version of DcrDsl.</param>
/// <param name="Torch">The version of libtorch.</param>
/// <param name="Processor">The processor, with the instruction set of libtorch's kernels.</param>
/// <param name="PeakMemoryBytes">The most memory that the process had used by then, other stage runs side by side included.</param>
/// <param name="Files">The files of the result.</param>
/// <param name="AddsTo">
/// The key of the stage run to whose model the files add something; null: they are the whole result.
/// </param>
/// <param name="Operations">
/// Floating-point operations of the model in it: see <see cref="OperationCount"/>; null: they were not counted.
/// </param>
sealed record StoreManifest(
    int Format,
    string Key,
    IReadOnlyList<KeyPart> Parts,
    string Experiment,
    StageResult Gives,
    bool Keeps,
    StageRunRecord Run,
    IReadOnlyDictionary<Metric, double> Metrics,
    DateTime Written,
    string Tool,
    string Torch,
    string Processor,
    long PeakMemoryBytes,
    IReadOnlyList<StoredFile> Files,
    string? AddsTo = null,
    double? Operations = null
)
{
    /// <summary>The form that is written. Format 1 had whole models only.</summary>
    public const int CurrentFormat = 2;

    /// <summary>The bytes of the result's files.</summary>
    [JsonIgnore]
    public long Bytes => Files.Sum(f => f.Bytes);
}

/// <summary>A file of an entry.</summary>
/// <param name="Name">Its path in the entry, with <c>/</c>.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Its digest in lower-case hexadecimal.</param>
sealed record StoredFile(string Name, long Bytes, string Sha256);

/// <summary>How manifests are written.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    WriteIndented = true,
    NewLine = "\n",
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals
)]
[JsonSerializable(typeof(StoreManifest))]
[JsonSerializable(typeof(AdditionRecord))]
[JsonSerializable(typeof(Dictionary<string, KnownDigest>))]
[JsonSerializable(typeof(Dictionary<string, KnownVersion>))]
[JsonSerializable(typeof(SortedDictionary<string, string>))]
sealed partial class StoreJson : JsonSerializerContext;
