using DcrDsl.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Models.Interventions;

/// <summary>
/// Takes a direction out of the residual stream (Arditi et al., 2024): at the input of every block and at the output of every attention and
/// every feed-forward
/// network, <c>h ← h − c·(h·u)·u</c> with <c>u = d / (‖d‖ + 1e-8)</c>.
/// </summary>
public sealed class DirectionAblation : IIntervention, IDisposable
{
    static readonly string[] WritingModules = [".self_attn.o_proj.", ".mlp.down_proj."];

    readonly Tensor unit,
        scaled;

    /// <param name="direction">d, [H].</param>
    /// <param name="share">c: 1 takes all of it out.</param>
    public DirectionAblation(Tensor direction, double share = 1)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using Scalar tiny = 1e-8,
            factor = share;
        unit = (direction / direction.norm().Plus(tiny)).DetachFromDisposeScope();
        scaled = unit.mul(factor).DetachFromDisposeScope();
        Share = share;
    }

    /// <summary>c.</summary>
    public double Share { get; }

    /// <inheritdoc/>
    public bool StandsAt(StreamSite site, int block) => site != StreamSite.BlockOutput;

    /// <inheritdoc/>
    public Tensor Apply(Tensor states, StreamVisit visit) => Without(states);

    Tensor Without(Tensor states)
    {
        var (along, taken) = (unit.to(states.dtype).to(states.device), scaled.to(states.dtype).to(states.device));
        return states - states.matmul(along).unsqueeze(-1) * taken;
    }

    /// <summary>
    /// A decoder whose weights do what the intervention does, at no cost: the direction is taken out of the embedding and of everything
    /// that attention and
    /// feed-forward networks write, biases included. A head that was tied to the embedding keeps the old one and stands alone.
    /// </summary>
    /// <param name="decoder">The decoder, which stays as it is.</param>
    /// <exception cref="InvalidOperationException">
    /// Only a part of the direction is taken out, which weights cannot do, as the stream is visited more than once.
    /// </exception>
    public Decoder Folded(Decoder decoder)
    {
        if (Share != 1)
            throw new InvalidOperationException("Only the whole direction (share 1) can be folded into weights.");
        using var frozen = no_grad();
        return Decoder.FromWeights(decoder.Config with { TieEmbeddings = false }, Weight, decoder.Device, decoder.Dtype);

        Tensor Weight(string name, long[] shape)
        {
            if (name == "lm_head.weight" && decoder.Config.TieEmbeddings)
                return decoder.Parameters["model.embed_tokens.weight"];
            var weight = decoder.Parameters[name];
            if (name == "model.embed_tokens.weight")
                return Without(weight);
            if (!WritingModules.Any(m => name.Contains(m, StringComparison.Ordinal)))
                return weight;
            return shape.Length == 1 ? Without(weight.unsqueeze(0)).squeeze(0) : Without(weight.t()).t();
        }
    }

    /// <summary>Frees the direction.</summary>
    public void Dispose()
    {
        unit.Dispose();
        scaled.Dispose();
    }
}
