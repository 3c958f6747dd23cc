using DcrDsl.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Objectives;

/// <summary>How likely a model finds whole answers.</summary>
public static class AnswerLogProbabilities
{
    /// <summary>
    /// log π(y | x) = Σ log π(yₜ | x, y₍&lt;ₜ₎) over an answer's tokens, by a head, in float32 (float64 for float64 states). Where
    /// there are many logits, those of all tokens never exist at once.
    /// </summary>
    /// <param name="head">The decoder.</param>
    /// <param name="states">[N, H]: the final states of the places whose next token is an answer's.</param>
    /// <param name="targets">[N] int64: those next tokens.</param>
    /// <param name="answers">[N] int64: the answer, 0 to A − 1, that each belongs to.</param>
    /// <param name="lengths">[A] int64: tokens of each answer.</param>
    /// <returns>[A], in nats.</returns>
    public static Tensor Of(ITokenHead head, Tensor states, Tensor targets, Tensor answers, Tensor lengths) =>
        Of(head, states, targets, answers, lengths, IHeadParts.MostLogits);

    internal static Tensor Of(ITokenHead head, Tensor states, Tensor targets, Tensor answers, Tensor lengths, long mostLogits)
    {
        using var scope = NewDisposeScope();
        var parts = head.InParts(states, mostLogits);
        var tokens = parts.Several ? LogProbabilitiesInParts.Of(parts, targets) : OfTokens(head.Head(states), targets);
        return tokens.SumsOf(answers, lengths.shape[0]).MoveToOuterDisposeScope();
    }

    /// <summary>log π(y | x) = Σ log π(yₜ | x, y₍&lt;ₜ₎) over an answer's tokens, in float32 (float64 for float64 logits).</summary>
    /// <param name="logits">[N, V]: logits of the places whose next token is an answer's.</param>
    /// <param name="targets">[N] int64: those next tokens.</param>
    /// <param name="answers">[N] int64: the answer, 0 to A − 1, that each belongs to.</param>
    /// <param name="lengths">[A] int64: tokens of each answer.</param>
    /// <returns>[A], in nats.</returns>
    public static Tensor Of(Tensor logits, Tensor targets, Tensor answers, Tensor lengths)
    {
        using var scope = NewDisposeScope();
        return OfTokens(logits, targets).SumsOf(answers, lengths.shape[0]).MoveToOuterDisposeScope();
    }

    /// <summary>log π(yₜ | x, y₍&lt;ₜ₎) of each target, [N].</summary>
    internal static Tensor OfTokens(Tensor logits, Tensor targets)
    {
        using var scope = NewDisposeScope();
        var wide = logits.dtype is ScalarType.Float64 ? logits : logits.to(ScalarType.Float32);
        return nn.functional.cross_entropy(wide, targets, reduction: nn.Reduction.None).neg().MoveToOuterDisposeScope();
    }
}
