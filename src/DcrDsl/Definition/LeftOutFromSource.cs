using System.Text.Json.Serialization;

namespace DcrDsl.Definition;

/// <summary>A prompt that was left out because the vocabulary lacks words of it, or as its answers are no pair.</summary>
/// <param name="Origin">File and line.</param>
/// <param name="Words">The words.</param>
public sealed record LeftOutFromSource(string Origin, IReadOnlyList<string> Words)
{
    /// <summary>What is wrong with its answers; null: nothing is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Fault { get; init; }
}
