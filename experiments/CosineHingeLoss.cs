using DcrDsl.Specs;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Experiments;

/// <summary>
/// Cosine hinge: pairs of one class are pulled to cosine 1, pairs of two classes pushed below a margin and then left alone.
/// L = (1/|P|) Σ (1 − cos(zᵢ, zⱼ)) + λ/|N| Σ max(0, cos(zᵢ, zⱼ) − m).
/// </summary>
[RuntimeCall("OwnLosses.CosineHinge")]
public sealed record CosineHingeLoss : ContrastiveObjective
{
    /// <summary>The cosine m from which pairs of two classes are far enough apart.</summary>
    [Range(-1, 1)]
    public double Margin { get; init; }

    /// <summary>The weight λ of the pairs of two classes.</summary>
    [Range(0, ExclusiveMinimum = true)]
    public double NegativeWeight { get; init; } = 1;
}

/// <summary>Losses of these experiments that DcrDsl does not have.</summary>
static class OwnLosses
{
    /// <summary>The loss of PyTorch's CosineEmbeddingLoss over all pairs of a batch, both kinds averaged by themselves.</summary>
    /// <param name="z">One vector a prompt, [n, H].</param>
    /// <param name="labels">The class of each, [n].</param>
    /// <param name="margin">The cosine m.</param>
    /// <param name="negativeWeight">The weight λ.</param>
    public static Tensor CosineHinge(Tensor z, Tensor labels, double margin, double negativeWeight)
    {
        using var scope = NewDisposeScope();
        var unit = nn.functional.normalize(z, dim: 1, eps: 1e-12);
        var cosine = unit.matmul(unit.t()); // [n, n]
        var same = labels.unsqueeze(1).eq(labels.unsqueeze(0));
        var positive = same.bitwise_xor(eye(labels.shape[0], dtype: ScalarType.Bool, device: labels.device));
        var negative = same.bitwise_not();
        var pulled = Mean(1 - cosine, positive);
        var pushed = Mean((cosine - margin).relu(), negative);
        return (pulled + negativeWeight * pushed).MoveToOuterDisposeScope();
    }

    /// <summary>The mean over the pairs that a mask names; 0 without any. The device is asked for nothing.</summary>
    static Tensor Mean(Tensor terms, Tensor pairs)
    {
        var chosen = pairs.to_type(terms.dtype);
        return (terms * chosen).sum() / chosen.sum().clamp_min(1);
    }
}
