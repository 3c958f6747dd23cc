using System.Text.Json.Serialization;
using DcrDsl.Definition;

namespace DcrDsl.Execution.Checkpoints;

/// <summary>The file <c>checkpoint.json</c>, by which the other files of a checkpoint are held to be whole.</summary>
/// <param name="Format">The version of this format.</param>
/// <param name="Identity">The identity of the stage run.</param>
/// <param name="Files">The other files.</param>
sealed record CheckpointRecord(int Format, string Identity, IReadOnlyList<CheckpointFileRecord> Files);

/// <summary>A file of a checkpoint.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Its SHA-256 in lower-case hexadecimal.</param>
sealed record CheckpointFileRecord(string Name, long Bytes, string Sha256);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    WriteIndented = false
)]
[JsonSerializable(typeof(CheckpointRecord))]
[JsonSerializable(typeof(TrainingState))]
[JsonSerializable(typeof(AnsweringState))]
sealed partial class CheckpointJson : JsonSerializerContext;
