using DcrDsl.Specs;
using DcrDsl.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Objectives;

public static partial class ContrastiveLoss
{
    /// <summary>
    /// Multi-similarity loss (Wang et al., CVPR 2019), per anchor as in pytorch-metric-learning's MultiSimilarityLoss:
    /// with cosine similarities s, <c>(1/α)·log(1 + Σ_P e^{−α(s − λ)}) + (1/β)·log(1 + Σ_N e^{β(s − λ)})</c>. An empty sum gives 0.
    /// </summary>
    /// <param name="embeddings">[n,d], any floating type; computed in float32, or float64 for float64. Need not be normalised.</param>
    /// <param name="labels">[n] int64: rows of equal label are positives of each other.</param>
    /// <param name="alpha">α, how sharply the farthest positives count.</param>
    /// <param name="beta">β, how sharply the nearest negatives count.</param>
    /// <param name="threshold">λ.</param>
    /// <param name="reducer">How the anchors are averaged; null: <see cref="LossReducer.Mean"/>.</param>
    /// <param name="mining">Which pairs count; null: all.</param>
    /// <returns>The loss, 0-dimensional.</returns>
    public static Tensor MultiSimilarity(
        Tensor embeddings,
        Tensor labels,
        double alpha,
        double beta,
        double threshold,
        LossReducer? reducer = null,
        PairSelection? mining = null
    )
    {
        using var scope = NewDisposeScope();
        using Scalar center = -threshold,
            down = -alpha,
            up = beta,
            perAlpha = 1 / alpha,
            perBeta = 1 / beta;
        var above = CosineSimilarity(embeddings).Plus(center);
        var (positive, negative) = Pairs(embeddings, labels, mining);
        var losses = LogOnePlus(above.mul(down), positive).mul(perAlpha).Plus(LogOnePlus(above.mul(up), negative).mul(perBeta));
        return Reduce(losses, null, reducer ?? LossReducer.Mean).MoveToOuterDisposeScope();
    }

    /// <summary>log(1 + Σ exp) over the masked entries of each row: the 1 is an entry 0 of its own.</summary>
    static Tensor LogOnePlus(Tensor logits, Tensor mask) =>
        MetaDevice.LogSumExp(cat([Least(logits, mask), zeros_like(logits.narrow(1, 0, 1))], 1));
}
