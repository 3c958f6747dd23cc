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
        var onward = Blocks(hidden.unsqueeze(0), layer, Config.Layers, packed).squeeze(0);
        return FinalNorm(onward).MoveToOuterDisposeScope();
    }

    Tensor Run(PackedTokens packed, int layers)
    {
        using var scope = NewDisposeScope();
        return Blocks(Embed(packed.Tokens.unsqueeze(0)), 0, layers, packed).squeeze(0).MoveToOuterDisposeScope();
    }

    Tensor Blocks(Tensor hidden, int from, int through, PackedTokens packed)
    {
        if (!recomputes || !is_grad_enabled() || ParameterTrace.IsOn || hidden.device_type == DeviceType.META)
            return Blocks(hidden, from, through, Context(packed));
        var first = blocks.Skip(from).Take(through - from).FirstOrDefault(b => b.Parameters.Any(p => p.requires_grad));
        if (first is null && !hidden.requires_grad)
            return Blocks(hidden, from, through, Context(packed));
        var context = WithInterventions(Context(packed));
        Count(context, hidden, from, through, is_grad_enabled());
        Count(context, hidden, from, through, records: false); // the second time
        foreach (var block in blocks.Skip(from).Take(through - from))
        {
            bool trains = hidden.requires_grad || block == first;
            if (block == first && !hidden.requires_grad)
                hidden = hidden.detach().requires_grad_();
            hidden = trains
                ? RecomputedBlock.Of(block, hidden, context, () => WithInterventions(Context(packed)))
                : block.Forward(hidden, context);
        }
        return hidden;
    }

    /// <summary>
    /// From now on, until disposed, a pass over packed texts keeps only what goes into each block for its backward pass, which computes the
    /// rest again: gradients are the same, memory that of one block, and a step takes about a third longer.
    /// </summary>
    /// <returns>Lets passes keep everything again.</returns>
    public IDisposable Recompute() => new Recomputing(this);

    sealed class Recomputing : IDisposable
    {
        readonly Decoder decoder;
        readonly bool before;

        public Recomputing(Decoder decoder) => (this.decoder, before, decoder.recomputes) = (decoder, decoder.recomputes, true);

        public void Dispose() => decoder.recomputes = before;
    }

    SequenceContext Context(PackedTokens packed)
    {
        if (TellsRowsApart)
            throw new InvalidOperationException("something intervenes for each row of a batch, and packed texts are one row");
        return SequenceContext.Of(rotary, packed, Config.SlidingWindow, Dtype);
    }
}
