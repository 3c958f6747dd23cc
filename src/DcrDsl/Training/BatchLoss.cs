using DcrDsl.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Training;

/// <summary>
/// The loss of a batch that goes through the model in parts. Gradients of the parts add up to that of the whole, each part weighted by the
/// share that it has in the batch's mean.
/// </summary>
public sealed class BatchLoss
{
    /// <summary>The loss of the batch, as far as its parts were gone through; without a gradient.</summary>
    /// <exception cref="InvalidOperationException">There was no part yet.</exception>
    public Tensor Loss => loss ?? throw new InvalidOperationException("No part of the batch was gone through.");

    /// <summary>Tokens of the parts.</summary>
    public int Tokens { get; private set; }

    Tensor? loss;

    /// <summary>Goes back through a part: <c>∂L += share · ∂(loss of the part)</c>.</summary>
    /// <param name="part">The mean loss of the part, 0-dimensional.</param>
    /// <param name="share">How much of the batch's mean it is.</param>
    /// <param name="tokens">Its tokens.</param>
    public void Backward(Tensor part, double share, int tokens)
    {
        PhaseClock.Enter(Phase.Backward);
        using var scope = NewDisposeScope();
        using Scalar factor = share;
        var weighted = part.mul(factor);
        weighted.backward();
        var sum = loss is null ? weighted.detach() : loss.Plus(weighted.detach());
        // The scope around this one is the part's; the one around that, the step's.
        loss = sum.MoveToOuterDisposeScope().MoveToOuterDisposeScope();
        Tokens += tokens;
    }
}
