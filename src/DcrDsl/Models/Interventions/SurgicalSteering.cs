using System.Text.Json;
using System.Text.Json.Nodes;
using DcrDsl.Models.Attachments;
using DcrDsl.Models.Checkpoints;
using static TorchSharp.torch;

namespace DcrDsl.Models.Interventions;

/// <summary>
/// Surgical (Wang et al., ICLR 2025): directions of false refusal are taken out everywhere (<see cref="DirectionAblation"/>) and, where
/// that is wanted, the direction of true refusal is added at the input of its block (<see cref="DirectionAddition"/>).
/// </summary>
public sealed class SurgicalSteering : StandingIntervention
{
    internal static readonly AttachmentKind Form = new("surgical", Version: 1, Opened);

    const string AblatedName = "ablated",
        CandidatesName = "candidates",
        AddedName = "added",
        ShareKey = "share",
        BlockKey = "added_block",
        StrengthKey = "added_strength",
        FindingsKey = "findings";

    readonly Tensor directions,
        candidates;
    readonly DirectionAblation[] ablations;
    readonly (Tensor Direction, int Block, double Strength)? added;
    readonly DirectionAddition? addition;
    readonly double share;
    readonly DirectionSelection selection;

    /// <param name="directions">What is ablated, [n, H]: of several, what they span. It is copied.</param>
    /// <param name="candidates">All directions that were tried, [p, L, H], to be kept beside them. It is copied.</param>
    /// <param name="selection">How they were chosen.</param>
    /// <param name="share">c: 1 takes all of them out.</param>
    /// <param name="added">A direction [H], the block, counted from 1, at whose input it is added, and how much; null: none.</param>
    public SurgicalSteering(
        Tensor directions,
        Tensor candidates,
        DirectionSelection selection,
        double share = 1,
        (Tensor Direction, int Block, double Strength)? added = null
    )
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        (this.share, this.selection) = (share, selection);
        this.directions = directions.detach().clone().DetachFromDisposeScope();
        this.candidates = candidates.detach().to(float32).clone().DetachFromDisposeScope();
        ablations = [.. Spanning(directions).Select(d => new DirectionAblation(d, share))];
        if (added is var (direction, block, strength))
        {
            this.added = (direction.detach().clone().DetachFromDisposeScope(), block, strength);
            addition = new DirectionAddition(StreamSite.BlockInput, new Dictionary<int, Tensor> { [block] = direction }, strength);
        }
    }

    /// <summary>Directions at right angles that span what is given: each without its part along those before it.</summary>
    static List<Tensor> Spanning(Tensor given)
    {
        List<Tensor> spanning = [];
        foreach (var direction in given.unbind(0))
        {
            var rest = direction;
            foreach (var before in spanning)
                rest = rest - before.dot(rest) * before;
            spanning.Add(rest / rest.norm());
        }
        return spanning;
    }

    /// <inheritdoc/>
    public override string Kind => Form.Name;

    /// <inheritdoc/>
    public override AttachmentFindings Findings => selection;

    /// <summary>As for <see cref="DirectionAblation.MergeObstacle"/>; nor can a direction that is added be folded into weights.</summary>
    public override string? MergeObstacle =>
        share != 1 ? "Only whole directions (share 1) can be folded into weights."
        : addition is not null ? addition.MergeObstacle
        : Decoder is null ? NotAttached
        : Decoder.Adapter is not null ? "An adapter is attached, whose part of the stream weights would not reach: merge it first."
        : !Decoder.HasOnly(this) ? "Another intervention stands in the model, whose part of the stream weights would not reach."
        : null;

    /// <inheritdoc/>
    public override bool StandsAt(StreamSite site, int block) =>
        ablations[0].StandsAt(site, block) || addition?.StandsAt(site, block) == true;

    /// <inheritdoc/>
    public override Tensor Apply(Tensor states, StreamVisit visit)
    {
        var ablating = addition is null ? visit : visit.Beside();
        if (ablations[0].StandsAt(visit.Site, visit.Block))
            foreach (var ablation in ablations)
                states = ablation.Apply(states, ablating);
        return addition?.StandsAt(visit.Site, visit.Block) == true ? addition.Apply(states, visit) : states;
    }

    private protected override void Fold()
    {
        var decoder = Decoder!;
        Detach();
        foreach (var ablation in ablations)
            ablation.FoldInto(decoder);
    }

    /// <inheritdoc/>
    public override void Save(string directory, string? baseModel = null)
    {
        var options = new JsonObject { [ShareKey] = share };
        List<(string, Tensor)> tensors = [(AblatedName, directions), (CandidatesName, candidates)];
        if (added is var (direction, block, strength))
        {
            (options[BlockKey], options[StrengthKey]) = (block, strength);
            tensors.Add((AddedName, direction));
        }
        options[FindingsKey] = JsonSerializer.SerializeToNode(selection, FindingsJson.Default.AttachmentFindings);
        AttachmentDirectory.Write(directory, Form, options, tensors);
    }

    static SurgicalSteering Opened(ConfigFields fields, StoredDirections stored) =>
        new(
            stored.Directions(AblatedName, dimensions: 2),
            stored.Directions(CandidatesName, dimensions: 3),
            fields.Read(FindingsKey, FindingsJson.Default.AttachmentFindings) as DirectionSelection ?? throw fields.Missing(FindingsKey),
            fields.Finite(ShareKey),
            fields.OptionalInteger(BlockKey) is { } block ? (stored.Direction(AddedName), block, fields.Finite(StrengthKey)) : null
        );

    private protected override StandingIntervention Copied() => new SurgicalSteering(directions, candidates, selection, share, added);

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        directions.Dispose();
        candidates.Dispose();
        foreach (var ablation in ablations)
            ablation.Dispose();
        added?.Direction.Dispose();
        addition?.Dispose();
    }
}
