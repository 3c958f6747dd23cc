using DcrDsl.Specs;
using static TorchSharp.torch;

namespace DcrDsl.Training;

/// <summary>
/// Adam (Kingma and Ba 2015) as torch.optim.Adam computes it. Weight decay is the coupled kind, an L2 penalty: <c>g ← g + decay·p</c>.
/// </summary>
public sealed class Adam : FusedAdam
{
    /// <inheritdoc cref="AdamW(IEnumerable{Tensor}, double, double, double, double, bool, bool, IReadOnlyList{RateFactor})"/>
    public Adam(
        IEnumerable<Tensor> parameters,
        double beta1 = 0.9,
        double beta2 = 0.999,
        double epsilon = 1e-8,
        double weightDecay = 0,
        bool amsgrad = false,
        bool decayNormsAndBiases = true,
        IReadOnlyList<RateFactor>? rateFactors = null
    )
        : this(ParameterGroup.Of(parameters, weightDecay, decayNormsAndBiases, rateFactors ?? []), beta1, beta2, epsilon, amsgrad) { }

    /// <summary>A weight decay for each group.</summary>
    internal Adam(
        IReadOnlyList<ParameterGroup> groups,
        double beta1 = 0.9,
        double beta2 = 0.999,
        double epsilon = 1e-8,
        bool amsgrad = false
    )
        : base("fused_adam", groups, beta1, beta2, epsilon, amsgrad) { }
}
