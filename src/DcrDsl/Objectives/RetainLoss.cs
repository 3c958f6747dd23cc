using DcrDsl.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Objectives;

/// <summary>
/// How far a model has come from what it was: the terms that a refinement adds to its objective (<see cref="Specs.RetainTerm"/>). Each is
/// 0, with gradient 0, at the untouched model.
/// </summary>
public static class RetainLoss
{
    // A state of length 0 has no share to measure by.
    const double LeastLength = 1e-12;

    /// <summary>
    /// The mean over rows of <c>‖h − h⁰‖² / ‖h⁰‖²</c>: no unit, so that a weight means the same at another layer or width, and a place whose
    /// states are very long, as those of a first token, does not outweigh the others.
    /// </summary>
    /// <param name="hidden">h, [N, H], any floating type; computed in float32, or float64 for float64.</param>
    /// <param name="untouched">h⁰, the untouched model's, [N, H]; no gradient goes there.</param>
    /// <returns>The distance, 0-dimensional.</returns>
    public static Tensor HiddenStateDistance(Tensor hidden, Tensor untouched)
    {
        using var scope = NewDisposeScope();
        using Scalar least = LeastLength;
        var (h, h0) = (Wide(hidden), Wide(untouched.detach()));
        var shares = (h - h0).square().sum(-1) / h0.square().sum(-1).clamp_min(least);
        return shares.mean().MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The mean over rows of <c>KL(π⁰ ‖ π) = Σᵥ π⁰(v) (log π⁰(v) − log π(v))</c>, in nats: what the untouched model would say and this one
    /// would not costs most.
    /// </summary>
    /// <param name="logits">The logits of π, [N, V], any floating type; computed in float32, or float64 for float64.</param>
    /// <param name="untouched">log π⁰, [N, V]; no gradient goes there.</param>
    /// <returns>The divergence, 0-dimensional.</returns>
    public static Tensor OutputDivergence(Tensor logits, Tensor untouched)
    {
        using var scope = NewDisposeScope();
        var (own, before) = (Wide(logits).log_softmax(-1), Wide(untouched.detach()));
        return (before.exp() * (before - own)).sum(-1).mean().MoveToOuterDisposeScope();
    }

    /// <summary>
    /// <c>½ Σ ‖w − w⁰‖²</c> over all that is trained (L2-SP; Li et al., ICML 2018), whose gradient is w − w⁰.
    /// </summary>
    /// <param name="weights">w.</param>
    /// <param name="start">w⁰, tensor by tensor; no gradient goes there.</param>
    /// <returns>The distance, 0-dimensional, on the device of the weights.</returns>
    public static Tensor WeightDistance(IReadOnlyList<Tensor> weights, IReadOnlyList<Tensor> start)
    {
        using var scope = NewDisposeScope();
        using Scalar half = 0.5;
        Tensor[] squares = [.. weights.Zip(start, (w, w0) => (Wide(w) - Wide(w0.detach())).square().sum())];
        return stack(squares).sum().mul(half).MoveToOuterDisposeScope();
    }

    extension(Tensor loss)
    {
        /// <summary>The loss with a further term: <c>loss + weight · term</c>.</summary>
        /// <param name="weight">The term's weight.</param>
        /// <param name="term">The term, 0-dimensional.</param>
        public Tensor Plus(double weight, Tensor term)
        {
            using Scalar factor = weight;
            return loss.add(term, factor);
        }
    }

    static Tensor Wide(Tensor values) => values.dtype is ScalarType.Float64 ? values : values.to(ScalarType.Float32);
}
