using static TorchSharp.torch;

namespace DcrDsl.Objectives;

/// <summary>Next-token losses over the response tokens alone.</summary>
public static class LanguageModelLoss
{
    /// <summary>
    /// Picks the hidden states whose next token belongs to a response, before the head is applied: the logits of prompts and padding,
    /// most of the loss's time and memory, are then never made.
    /// </summary>
    /// <param name="hidden">[B,T,H].</param>
    /// <param name="rows">[N] int64: places b·T + t, in any order.</param>
    /// <returns>[N,H].</returns>
    public static Tensor ResponseRows(Tensor hidden, Tensor rows)
    {
        using var flat = hidden.reshape(-1, hidden.shape[^1]);
        return flat.index_select(0, rows);
    }

    /// <summary>Cross entropy over response tokens, in float32 (float64 for float64 logits).</summary>
    /// <param name="logits">[N,V]: logits of the rows whose next token belongs to a response.</param>
    /// <param name="targets">[N] int64: those next tokens.</param>
    /// <param name="tokens">
    /// Divide the sum by this; N if null. With gradient accumulation give the whole batch's number of response tokens to each part: the
    /// parts' losses then add up to the batch's, however the tokens are spread.
    /// </param>
    /// <returns>The loss in nats per token, 0-dimensional.</returns>
    /// <exception cref="ArgumentException">There is no response token.</exception>
    public static Tensor ResponseCrossEntropy(Tensor logits, Tensor targets, long? tokens = null)
    {
        if (targets.shape[0] == 0) throw new ArgumentException("A batch has no response token; leave out examples whose response is empty or cut off.");
        using var scope = NewDisposeScope();
        var wide = logits.dtype is ScalarType.Float64 ? logits : logits.to(ScalarType.Float32);
        var loss = tokens is { } count
            ? nn.functional.cross_entropy(wide, targets, reduction: nn.Reduction.Sum) / count
            : nn.functional.cross_entropy(wide, targets);
        return loss.MoveToOuterDisposeScope();
    }
}
