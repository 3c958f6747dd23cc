using DcrDsl.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Models;

/// <content>Passes over texts that are laid end to end: the same numbers as over padded rows, without the padding.</content>
public sealed partial class Decoder
{
    /// <summary>The hidden states after all blocks and the final norm: what <see cref="Head"/> takes.</summary>
    /// <param name="packed">N tokens.</param>
    /// <returns>[N, H].</returns>
    public Tensor Forward(PackedTokens packed)
    {
        using var scope = NewDisposeScope();
        return FinalNorm(Run(packed, Config.Layers)).MoveToOuterDisposeScope();
    }

    /// <summary>The residual stream after block ℓ. Later blocks are not run.</summary>
    /// <param name="packed">N tokens.</param>
    /// <param name="layer">ℓ, counted from 1.</param>
    /// <returns>[N, H].</returns>
    /// <exception cref="InputException">There is no block ℓ.</exception>
    public Tensor HiddenAfter(PackedTokens packed, int layer)
    {
        RequireLayer(layer);
        return Run(packed, layer);
    }

    /// <summary>
    /// What <see cref="Forward(PackedTokens)"/> gives, from the residual stream after block ℓ on: blocks ℓ + 1 … and the final norm.
    /// </summary>
    /// <param name="hidden">[N, H], from <see cref="HiddenAfter(PackedTokens, int)"/>.</param>
    /// <param name="packed">The tokens that they are of.</param>
    /// <param name="layer">ℓ, counted from 1.</param>
    /// <returns>[N, H].</returns>
    /// <exception cref="InputException">There is no block ℓ.</exception>
    public Tensor ForwardAfter(Tensor hidden, PackedTokens packed, int layer)
    {
        RequireLayer(layer);
        using var scope = NewDisposeScope();
        var onward = Blocks(hidden.unsqueeze(0), layer, Config.Layers, Context(packed)).squeeze(0);
        return FinalNorm(onward).MoveToOuterDisposeScope();
    }

    Tensor Run(PackedTokens packed, int layers)
    {
        using var scope = NewDisposeScope();
        return Blocks(Embed(packed.Tokens.unsqueeze(0)), 0, layers, Context(packed)).squeeze(0).MoveToOuterDisposeScope();
    }

    SequenceContext Context(PackedTokens packed)
    {
        if (TellsRowsApart)
            throw new InvalidOperationException("something intervenes for each row of a batch, and packed texts are one row");
        return SequenceContext.Of(rotary, packed, Config.SlidingWindow, Dtype);
    }
}
