using System.Text.Json.Nodes;
using DcrDsl.Models.Attachments;
using DcrDsl.Models.Checkpoints;
using DcrDsl.Tensors;
using static TorchSharp.torch;

namespace DcrDsl.Models.Interventions;

/// <summary>
/// Adds a direction to the states of some blocks: <c>h ← h + a·d</c>, for chosen rows and from a chosen position on where that is wanted.
/// </summary>
public sealed class DirectionAddition : StandingIntervention
{
    internal static readonly AttachmentKind Form = new(
        "direction-addition",
        Version: 1,
        (fields, stored) =>
            new DirectionAddition(Site(fields), stored.ByBlock(), fields.Finite(StrengthKey))
            {
                RowFactors = fields.OptionalFinites(RowsKey),
                FirstPositions = fields.OptionalIntegers(PositionsKey),
            }
    );

    const string SiteKey = "site",
        StrengthKey = "strength",
        RowsKey = "row_factors",
        PositionsKey = "first_positions";

    readonly StreamSite site;
    readonly SortedDictionary<int, Tensor> directions = [];
    readonly double strength;

    /// <param name="site">Where in the block.</param>
    /// <param name="directions">d by block, counted from 1; [H] each. They are copied.</param>
    /// <param name="strength">a.</param>
    public DirectionAddition(StreamSite site, IReadOnlyDictionary<int, Tensor> directions, double strength)
    {
        (this.site, this.strength) = (site, strength);
        foreach (var (block, direction) in directions)
            this.directions.Add(block, direction.detach().clone().DetachFromDisposeScope());
    }

    /// <summary>
    /// A further factor for each row, by its number when the batch began, for example 1 and −1; null: 1 for all. It is meant for the
    /// decoding of one batch: passes that score texts number their rows by themselves.
    /// </summary>
    public IReadOnlyList<double>? RowFactors { get; init; }

    /// <summary>The position, in its own row, of the first token whose state is changed, by row; null: all are changed.</summary>
    public IReadOnlyList<int>? FirstPositions { get; init; }

    /// <inheritdoc/>
    public override string Kind => Form.Name;

    /// <summary>A decoder has no weights that add the same to every state.</summary>
    public override string? MergeObstacle =>
        "A direction that is added cannot be folded into weights: a decoder has no bias at that place.";

    /// <inheritdoc/>
    public override bool TellsRowsApart => RowFactors is not null || FirstPositions is not null;

    /// <inheritdoc/>
    public override bool StandsAt(StreamSite at, int block) => at == site && directions.ContainsKey(block);

    /// <inheritdoc/>
    public override Tensor Apply(Tensor states, StreamVisit visit) =>
        Added(states, visit, directions[visit.Block], row => strength * (RowFactors?[row] ?? 1), FirstPositions);

    /// <summary>The states with a multiple of a direction added, in each row from a position on.</summary>
    /// <param name="states">[B, T, H].</param>
    /// <param name="visit">Where they are from.</param>
    /// <param name="direction">[H].</param>
    /// <param name="factor">Of a row.</param>
    /// <param name="firstPositions">By row; null: all positions are changed.</param>
    internal static Tensor Added(
        Tensor states,
        StreamVisit visit,
        Tensor direction,
        Func<int, double> factor,
        IReadOnlyList<int>? firstPositions
    )
    {
        var factors = tensor([.. visit.Rows.Select(factor)], [visit.Rows.Count, 1, 1], states.dtype, states.device);
        if (firstPositions is not null)
        {
            var first = tensor([.. visit.Rows.Select(r => (long)firstPositions[r])], [visit.Rows.Count, 1], device: states.device);
            factors = factors * visit.Positions.ge(first).unsqueeze(-1).to(states.dtype);
        }
        return states.Plus(direction.to(states.dtype).to(states.device) * factors);
    }

    private protected override void Fold() => throw new InvalidOperationException(MergeObstacle);

    /// <inheritdoc/>
    public override void Save(string directory, string? baseModel = null)
    {
        var options = new JsonObject { [SiteKey] = site.ToString(), [StrengthKey] = strength };
        if (RowFactors is not null)
            options[RowsKey] = new JsonArray([.. RowFactors.Select(f => JsonValue.Create(f))]);
        if (FirstPositions is not null)
            options[PositionsKey] = new JsonArray([.. FirstPositions.Select(p => JsonValue.Create(p))]);
        AttachmentDirectory.Write(directory, Form, options, directions.Select(d => (StoredDirections.NameOf(d.Key), d.Value)));
    }

    private protected override StandingIntervention Copied() =>
        new DirectionAddition(site, directions, strength) { RowFactors = RowFactors, FirstPositions = FirstPositions };

    static StreamSite Site(ConfigFields fields) =>
        Enum.GetNames<StreamSite>().Index().FirstOrDefault(s => s.Item == fields.OptionalText(SiteKey)) is { Item: not null } found
            ? Enum.GetValues<StreamSite>()[found.Index]
            : throw fields.Refusal(SiteKey, $"must be one of {string.Join(", ", Enum.GetNames<StreamSite>())}");

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        foreach (var direction in directions.Values)
            direction.Dispose();
    }
}
