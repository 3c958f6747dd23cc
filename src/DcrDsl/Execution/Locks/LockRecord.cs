using System.Text.Json;
using System.Text.Json.Serialization;
using DcrDsl.Planning;
using DcrDsl.Results;
using DcrDsl.Specs;

namespace DcrDsl.Execution.Locks;

/// <summary>
/// The file <c>NAME.lock.json</c>: all that decides about the numbers of an experiment, and the numbers. It holds no times and no folders
/// of a machine, so it is the same wherever the same is locked, but for the machine of the numbers.
/// </summary>
/// <param name="Format">The version of this form.</param>
/// <param name="Experiment">The experiment.</param>
/// <param name="DeclaredIn">The file that declares it, in its project.</param>
/// <param name="Arms">The arms that are run.</param>
/// <param name="Axes">The axes with the labels of the values that are run.</param>
/// <param name="Seeds">The seeds.</param>
/// <param name="Cells">The cells.</param>
/// <param name="Computing">How numbers are computed.</param>
/// <param name="Versions">What computes them.</param>
/// <param name="Files">Digests of the files and model directories that are read, by their declared paths.</param>
/// <param name="Stages">The stages with their options.</param>
/// <param name="Code">The methods and libraries that the stages come to, with their digests.</param>
/// <param name="Results">The numbers; null: it was locked before it was run.</param>
sealed record LockRecord(
    int Format,
    string Experiment,
    string DeclaredIn,
    IReadOnlyList<string> Arms,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Axes,
    IReadOnlyList<int> Seeds,
    IReadOnlyList<string> Cells,
    Arithmetic Computing,
    LockedVersions Versions,
    IReadOnlyDictionary<string, string> Files,
    IReadOnlyList<LockedStage> Stages,
    IReadOnlyDictionary<string, string> Code,
    LockedResults? Results
)
{
    /// <summary>The form that is written.</summary>
    public const int CurrentFormat = 1;
}

/// <summary>The versions of what computes.</summary>
/// <param name="DcrDsl">Of DcrDsl.</param>
/// <param name="Build">The configuration that it was built in: a Debug build is other code than a Release build.</param>
/// <param name="TorchSharp">Of TorchSharp.</param>
/// <param name="Libtorch">Of libtorch.</param>
/// <param name="Runtime">Of .NET.</param>
sealed record LockedVersions(string DcrDsl, string Build, string TorchSharp, string Libtorch, string Runtime);

/// <summary>A stage at some values of the axes that it takes.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Values">The labels of the values, by axis.</param>
/// <param name="Options">Its options as far as they decide about the result.</param>
/// <param name="Numerics">The version of its code; several where its runs begin with what other code has made.</param>
/// <param name="Keys">The key of each of its stage runs, by the stage run's id.</param>
sealed record LockedStage(
    string Stage,
    IReadOnlyDictionary<string, string> Values,
    [property: JsonConverter(typeof(KeyPartsConverter))] IReadOnlyList<KeyPart> Options,
    IReadOnlyList<string> Numerics,
    IReadOnlyDictionary<string, string> Keys
);

/// <summary>The numbers, and what they were computed on.</summary>
/// <param name="Machine">The machine.</param>
/// <param name="Tolerance">How far numbers of another machine may lie from these.</param>
/// <param name="Arms">The metrics of every arm at every seed.</param>
sealed record LockedResults(
    LockedMachine Machine,
    Tolerance Tolerance,
    [property: JsonConverter(typeof(SnapshotArmsConverter))] IReadOnlyDictionary<string, IReadOnlyDictionary<Metric, SeedEstimate>> Arms
);

/// <summary>What numbers were computed on, as far as it can move their last digits.</summary>
/// <param name="Processors">
/// The processors with the instruction set of libtorch's kernels; several where the store had some results.
/// </param>
/// <param name="Version">Maker, family, model and stepping, where the processor says so.</param>
/// <param name="Architecture">The architecture of the process.</param>
/// <param name="Device">Where tensors lived.</param>
/// <param name="Threads">Threads of one operation.</param>
/// <param name="Libtorch">The version of libtorch.</param>
/// <param name="Blas">What multiplies matrices.</param>
/// <param name="Variables">What was set of the variables that these libraries obey.</param>
sealed record LockedMachine(
    IReadOnlyList<string> Processors,
    string Version,
    string Architecture,
    string Device,
    int Threads,
    string Libtorch,
    string Blas,
    IReadOnlyDictionary<string, string> Variables
);

/// <summary>How a lock is written.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    WriteIndented = true,
    NewLine = "\n"
)]
[JsonSerializable(typeof(LockRecord))]
sealed partial class LockJson : JsonSerializerContext;
