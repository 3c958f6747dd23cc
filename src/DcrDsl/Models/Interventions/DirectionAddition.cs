using DcrDsl.Tensors;
using static TorchSharp.torch;

namespace DcrDsl.Models.Interventions;

/// <summary>
/// Adds a direction to the states of some blocks: <c>h ← h + a·d</c>, for chosen rows and from a chosen position on where that is wanted.
/// </summary>
/// <param name="site">Where in the block.</param>
/// <param name="directions">d by block, counted from 1; [H] each. They stay the caller's.</param>
/// <param name="strength">a.</param>
public sealed class DirectionAddition(StreamSite site, IReadOnlyDictionary<int, Tensor> directions, double strength) : IIntervention
{
    /// <summary>A further factor for each row, by its number when the batch began, for example 1 and −1; null: 1 for all.</summary>
    public IReadOnlyList<double>? RowFactors { get; init; }

    /// <summary>The position, in its own row, of the first token whose state is changed, by row; null: all are changed.</summary>
    public IReadOnlyList<int>? FirstPositions { get; init; }

    /// <inheritdoc/>
    public bool StandsAt(StreamSite at, int block) => at == site && directions.ContainsKey(block);

    /// <inheritdoc/>
    public Tensor Apply(Tensor states, StreamVisit visit)
    {
        var direction = directions[visit.Block].to(states.dtype).to(states.device);
        var factors = tensor(
            [.. visit.Rows.Select(r => strength * (RowFactors?[r] ?? 1))],
            [visit.Rows.Count, 1, 1],
            states.dtype,
            states.device
        );
        if (FirstPositions is not null)
        {
            var first = tensor([.. visit.Rows.Select(r => (long)FirstPositions[r])], [visit.Rows.Count, 1], device: states.device);
            factors = factors * visit.Positions.ge(first).unsqueeze(-1).to(states.dtype);
        }
        return states.Plus(direction * factors);
    }
}
