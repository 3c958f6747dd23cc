using DcrDsl.Specs;
using TorchSharp;
using static TorchSharp.torch;

namespace MyLab;

/// <summary>
/// A loss of your own: the mean cosine of pairs of two classes is pushed below that of pairs of one class by a gap.
/// L = softplus((mean cos of two classes − mean cos of one class + gap) / temperature).
/// </summary>
/// <remarks>
/// A record that names its function is a choice like those of DcrDsl: in C#, in YAML, in sweeps. Its options are handed over as named
/// arguments. Rename both, write your formula, and keep the test of its gradient.
/// </remarks>
[RuntimeCall("OwnLosses.SimilarityGap")]
public sealed record SimilarityGapLoss : ContrastiveObjective
{
    /// <summary>How far the two means are to lie apart.</summary>
    [Range(0, 2)]
    public double Gap { get; init; } = 0.5;

    /// <summary>How softly the gap is held.</summary>
    [Range(0, ExclusiveMinimum = true)]
    public double Temperature { get; init; } = 0.1;
}

/// <summary>The functions of the records above.</summary>
public static class OwnLosses
{
    /// <summary>The loss of one batch, a scalar.</summary>
    /// <param name="z">One vector a prompt, [n, H].</param>
    /// <param name="labels">The class of each, [n].</param>
    /// <param name="gap">How far the two means are to lie apart.</param>
    /// <param name="temperature">How softly the gap is held.</param>
    public static Tensor SimilarityGap(Tensor z, Tensor labels, double gap, double temperature)
    {
        using var scope = NewDisposeScope();
        var unit = nn.functional.normalize(z, dim: 1, eps: 1e-12);
        var cosine = unit.matmul(unit.t()); // [n, n]
        var same = labels.unsqueeze(1).eq(labels.unsqueeze(0));
        var alike = Mean(cosine, same.bitwise_xor(eye(labels.shape[0], dtype: ScalarType.Bool, device: labels.device)));
        var unlike = Mean(cosine, same.bitwise_not());
        return nn.functional.softplus((unlike - alike + gap) / temperature).MoveToOuterDisposeScope();
    }

    /// <summary>The mean over the pairs that a mask names; 0 without any.</summary>
    static Tensor Mean(Tensor terms, Tensor pairs)
    {
        var chosen = pairs.to_type(terms.dtype);
        return (terms * chosen).sum() / chosen.sum().clamp_min(1);
    }
}
