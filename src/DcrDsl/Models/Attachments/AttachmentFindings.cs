using System.Text.Json.Serialization;
using DcrDsl.Models.Guards;
using DcrDsl.Models.Interventions;

namespace DcrDsl.Models.Attachments;

/// <summary>
/// By what the directions of a steering stage, or the classifier of a chain, were found and chosen; kept with what it attaches and with its
/// stage run.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "method")]
[JsonDerivedType(typeof(DirectionSelection), "surgical")]
[JsonDerivedType(typeof(AnchorScores), "scans")]
[JsonDerivedType(typeof(ClassifierTable), "classifier")]
public abstract record AttachmentFindings
{
    private protected AttachmentFindings() { }
}

/// <summary>How findings are written.</summary>
[JsonSourceGenerationOptions(
    System.Text.Json.JsonSerializerDefaults.Web,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(AttachmentFindings))]
sealed partial class FindingsJson : JsonSerializerContext;
