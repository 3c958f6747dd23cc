using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Models;

/// <content>
/// The decoder cut along the residual stream, for what goes through it part by part. <see cref="Embed"/>, each block and
/// <see cref="Logits"/> one after the other are <see cref="Forward(Tensor, Tensor?)"/> and <see cref="Head"/>.
/// </content>
public sealed partial class Decoder
{
    /// <summary>What all blocks of a pass over these tokens share.</summary>
    /// <param name="tokens">[B, T], int64, padded on the right.</param>
    /// <param name="prompts">The prompts that its rows are, for what intervenes for each of them.</param>
    internal SequenceContext ContextOf(Tensor tokens, IReadOnlyList<int[]> prompts)
    {
        using var frozen = no_grad();
        var standing = StandingFor(prompts) ?? interventions;
        var context = SequenceContext.Of(rotary, checked((int)tokens.shape[1]), null, null, Config.SlidingWindow, Dtype);
        return standing.IsEmpty ? context : context with { Interventions = standing };
    }

    /// <summary>The residual stream after one block.</summary>
    /// <param name="block">Counted from 1.</param>
    /// <param name="hidden">[B, T, H], the stream before it.</param>
    /// <param name="context">See <see cref="ContextOf"/>.</param>
    /// <param name="backward">How often the block will be gone through backwards, for the account of operations.</param>
    internal Tensor Through(int block, Tensor hidden, SequenceContext context, int backward)
    {
        double rows = hidden.shape[0],
            length = hidden.shape[1];
        foreach (var layer in blocks[block - 1].LinearLayers)
            OperationCount.Product(rows * length * (1 + backward), layer.Weight.numel(), 0, records: false);
        OperationCount.Attention(rows * (1 + 2 * backward), length, length, (double)Config.Heads * Config.HeadDim, records: false);
        return blocks[block - 1].Forward(hidden, context);
    }

    /// <summary>The logits of the next token.</summary>
    /// <param name="hidden">[…, H], the stream after all blocks.</param>
    /// <returns>[…, vocabulary].</returns>
    internal Tensor Logits(Tensor hidden)
    {
        OperationCount.Product((double)hidden.numel() / Config.HiddenSize, head.Weight.numel(), 0, records: false);
        return head.Forward(FinalNorm(hidden));
    }
}
