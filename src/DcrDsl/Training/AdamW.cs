using DcrDsl.Specs;
using DcrDsl.Tensors;
using static TorchSharp.torch;

namespace DcrDsl.Training;

/// <summary>
/// AdamW (Loshchilov and Hutter 2019) as torch.optim.AdamW computes it: weight decay first, <c>p ← p·(1 − rate·decay)</c>, then
/// <c>p ← p − rate·m̂ / (√v̂ + ε)</c>.
/// </summary>
public sealed class AdamW : FusedAdam
{
    /// <param name="parameters">
    /// Contiguous leaf tensors that require a gradient, all of one type (float32 or float64) and on one device.
    /// </param>
    /// <param name="beta1">Decay of the mean of the gradients.</param>
    /// <param name="beta2">Decay of the mean of their squares.</param>
    /// <param name="epsilon">Added to the root of the mean square, after bias correction.</param>
    /// <param name="weightDecay">Decoupled weight decay; multiplied by the rate.</param>
    /// <param name="amsgrad">Divide by the largest mean square so far instead of the current one (Reddi et al., 2018).</param>
    /// <param name="decayNormsAndBiases">
    /// Whether norm weights and biases decay too; they are told by the names of a <see cref="ParameterList"/>.
    /// </param>
    /// <param name="rateFactors">Factors of the rate for some parameters of a <see cref="ParameterList"/>; null: none.</param>
    /// <exception cref="ArgumentException">A parameter cannot be trained in place, or occurs twice; or an option needs names.</exception>
    /// <exception cref="InputException">A rate factor names no parameter.</exception>
    public AdamW(
        IEnumerable<Tensor> parameters,
        double beta1 = 0.9,
        double beta2 = 0.999,
        double epsilon = 1e-8,
        double weightDecay = 0.01,
        bool amsgrad = false,
        bool decayNormsAndBiases = true,
        IReadOnlyList<RateFactor>? rateFactors = null
    )
        : this(ParameterGroup.Of(parameters, weightDecay, decayNormsAndBiases, rateFactors ?? []), beta1, beta2, epsilon, amsgrad) { }

    /// <summary>A weight decay for each group.</summary>
    internal AdamW(
        IReadOnlyList<ParameterGroup> groups,
        double beta1 = 0.9,
        double beta2 = 0.999,
        double epsilon = 1e-8,
        bool amsgrad = false
    )
        : base("fused_adamw", groups, beta1, beta2, epsilon, amsgrad) { }
}
