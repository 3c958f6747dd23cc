using System.Text.Json.Nodes;
using DcrDsl.Models.Attachments;
using DcrDsl.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Models.Interventions;

/// <summary>
/// Takes a direction out of the residual stream (Arditi et al., 2024): at the input of every block and at the output of every attention and
/// every feed-forward network, <c>h ← h − c·(h·u)·u</c> with <c>u = d / (‖d‖ + 1e-8)</c>.
/// </summary>
public sealed class DirectionAblation : StandingIntervention
{
    internal static readonly AttachmentKind Form = new(
        "direction-ablation",
        Version: 1,
        (fields, stored) => new DirectionAblation(stored.Direction(DirectionName), fields.Finite(ShareKey))
    );

    const string DirectionName = "direction",
        ShareKey = "share",
        Embedding = "model.embed_tokens.weight";

    static readonly string[] WritingModules = [".self_attn.o_proj.", ".mlp.down_proj."];

    readonly Tensor given,
        unit,
        scaled;

    /// <param name="direction">d, [H]; it is copied.</param>
    /// <param name="share">c: 1 takes all of it out.</param>
    public DirectionAblation(Tensor direction, double share = 1)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using Scalar tiny = 1e-8,
            factor = share;
        given = direction.detach().clone().DetachFromDisposeScope();
        unit = (given / given.norm().Plus(tiny)).DetachFromDisposeScope();
        scaled = unit.mul(factor).DetachFromDisposeScope();
        Share = share;
    }

    /// <summary>c.</summary>
    public double Share { get; }

    /// <inheritdoc/>
    public override string Kind => Form.Name;

    /// <summary>
    /// Weights cannot take out a part of the direction, as the stream is visited more than once, nor know what an adapter or another
    /// intervention adds behind them.
    /// </summary>
    public override string? MergeObstacle =>
        Share != 1 ? "Only the whole direction (share 1) can be folded into weights."
        : Decoder is null ? NotAttached
        : Decoder.Adapter is not null ? "An adapter is attached, whose part of the stream weights would not reach: merge it first."
        : !Decoder.HasOnly(this) ? "Another intervention stands in the model, whose part of the stream weights would not reach."
        : null;

    /// <inheritdoc/>
    public override bool StandsAt(StreamSite site, int block) => site != StreamSite.BlockOutput;

    /// <inheritdoc/>
    public override Tensor Apply(Tensor states, StreamVisit visit) => IsOutAlready(states, visit) ? states : Without(states);

    /// <summary>
    /// Where the whole direction has been taken out of all that the stream was made of, what a later block gets has none of it but for
    /// rounding, which a narrow format does not leave small.
    /// </summary>
    bool IsOutAlready(Tensor states, StreamVisit visit) =>
        Share == 1
        && visit is { Site: StreamSite.BlockInput, Block: > 1, Alone: true }
        && states.dtype is ScalarType.Float32 or ScalarType.Float64;

    Tensor Without(Tensor states)
    {
        var (along, taken) = (unit.to(states), scaled.to(states));
        var rows = states.flatten(0, -2);
        // Not mv(): for the few rows of a decoding step it wakes a second thread, which takes longer than the product.
        return rows.MinusOuter((rows * along).sum(-1), taken).view(states.shape);
    }

    /// <summary>
    /// The direction is taken out of the embedding and of everything that attention and feed-forward networks write, biases included, at no
    /// cost from then on. A head that was tied to the embedding keeps the old one and stands alone.
    /// </summary>
    private protected override void Fold()
    {
        var decoder = Decoder!;
        Detach();
        FoldInto(decoder);
    }

    /// <summary>The same for any decoder.</summary>
    internal void FoldInto(Decoder decoder)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        decoder.OwnWeights();
        decoder.Untie();
        foreach (string name in decoder.Parameters.Names)
        {
            var weight = decoder.Parameters[name];
            if (name == Embedding)
                weight.copy_(Without(weight));
            else if (WritingModules.Any(m => name.Contains(m, StringComparison.Ordinal)))
                weight.copy_(weight.dim() == 1 ? Without(weight.unsqueeze(0)).squeeze(0) : Without(weight.t()).t());
        }
    }

    /// <inheritdoc/>
    public override void Save(string directory, string? baseModel = null) =>
        AttachmentDirectory.Write(directory, Form, new JsonObject { [ShareKey] = Share }, [(DirectionName, given)]);

    private protected override StandingIntervention Copied() => new DirectionAblation(given, Share);

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        given.Dispose();
        unit.Dispose();
        scaled.Dispose();
    }
}
