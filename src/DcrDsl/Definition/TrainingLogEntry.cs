using System.Text.Json.Serialization;
using DcrDsl.Training;

namespace DcrDsl.Definition;

/// <summary>A line of the training log.</summary>
/// <param name="Step">The step, from 0.</param>
/// <param name="Loss">Its loss.</param>
/// <param name="Norm">The gradient's norm before clipping; null where nothing is clipped.</param>
/// <param name="Rate">Its learning rate.</param>
public readonly record struct TrainingLogEntry(int Step, double Loss, double? Norm, double Rate)
{
    /// <summary>What the loss is the sum of, before weights; null: it is of one piece.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<LossTerm>? Terms { get; init; }
}
