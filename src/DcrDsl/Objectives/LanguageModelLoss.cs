using DcrDsl.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Objectives;

/// <summary>Next-token losses over the rows that have a target.</summary>
public static class LanguageModelLoss
{
    // From here on the gradient is formed while the logits are there, which saves memory and costs no time: 32 MB in float32.
    const long FewestInParts = 1 << 23;

    /// <summary>
    /// Mean cross entropy of a head over targets, in float32 (float64 for float64 states). Where there are many logits, those of
    /// all targets never exist at once, and the gradient of what the head trains goes straight to its parameters: go back with
    /// <c>backward()</c>, not with <c>autograd.grad</c> with respect to them.
    /// </summary>
    /// <param name="head">The decoder.</param>
    /// <param name="states">[M, H]: the final states of the places whose next token is a target.</param>
    /// <param name="targets">[M] int64: those next tokens.</param>
    /// <returns>The loss in nats per token, 0-dimensional.</returns>
    /// <exception cref="ArgumentException">There is no target.</exception>
    public static Tensor CrossEntropy(ITokenHead head, Tensor states, Tensor targets) =>
        CrossEntropy(head, states, targets, IHeadParts.MostLogits);

    internal static Tensor CrossEntropy(ITokenHead head, Tensor states, Tensor targets, long mostLogits)
    {
        var parts = head.InParts(states, mostLogits);
        return parts.Several || (parts.LogitCount >= FewestInParts && states.device_type != DeviceType.META)
            ? CrossEntropyInParts.Of(parts, targets)
            : CrossEntropy(head.Head(states), targets);
    }

    /// <summary>Mean cross entropy over targets, in float32 (float64 for float64 logits).</summary>
    /// <param name="logits">[N,V]: logits of the places whose next token is a target.</param>
    /// <param name="targets">[N] int64: those next tokens.</param>
    /// <returns>The loss in nats per token, 0-dimensional.</returns>
    /// <exception cref="ArgumentException">There is no target.</exception>
    public static Tensor CrossEntropy(Tensor logits, Tensor targets)
    {
        if (targets.shape[0] == 0)
            throw new ArgumentException("A batch has no response token; leave out examples whose response is empty or cut off.");
        using var scope = NewDisposeScope();
        var wide = logits.dtype is ScalarType.Float64 ? logits : logits.to(ScalarType.Float32);
        return nn.functional.cross_entropy(wide, targets).MoveToOuterDisposeScope();
    }
}
