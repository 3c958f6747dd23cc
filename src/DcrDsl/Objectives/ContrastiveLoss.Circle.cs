using DcrDsl.Specs;
using DcrDsl.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Objectives;

public static partial class ContrastiveLoss
{
    /// <summary>
    /// Circle loss (Sun et al., CVPR 2020), per anchor as in pytorch-metric-learning's CircleLoss: with cosine similarities s, margin m,
    /// scale γ and stop-gradient sg,
    /// <c>softplus(lse_p[−γ·relu(1 + m − sg(s))·(s − (1 − m))] + lse_n[γ·relu(sg(s) + m)·(s − m)])</c>.
    /// An anchor without a positive or without a negative counts 0; the result is the mean over the anchors whose loss is above 0.
    /// </summary>
    /// <param name="embeddings">[n,d], any floating type; computed in float32, or float64 for float64. Need not be normalised.</param>
    /// <param name="labels">[n] int64: rows of equal label are positives of each other.</param>
    /// <param name="margin">m: positives are pulled above 1 − m, negatives pushed below m.</param>
    /// <param name="scale">γ.</param>
    /// <param name="reducer">How the anchors are averaged; null: <see cref="LossReducer.MeanOfNonZero"/>.</param>
    /// <param name="mining">Which pairs count; null: all.</param>
    /// <returns>The loss, 0-dimensional.</returns>
    public static Tensor Circle(
        Tensor embeddings,
        Tensor labels,
        double margin,
        double scale,
        LossReducer? reducer = null,
        PairSelection? mining = null
    )
    {
        using var scope = NewDisposeScope();
        var (positive, negative) = Pairs(embeddings, labels, mining);
        var (pull, push) = CircleLogits(CosineSimilarity(embeddings), margin, scale);
        var losses = nn.functional.softplus(LogSumExp(pull, positive).Plus(LogSumExp(push, negative)), 1, 20); // 0 where either has no pair
        return Reduce(losses, null, reducer ?? LossReducer.MeanOfNonZero).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Circle loss as in its authors' program: one pool of all positive and one of all negative pairs of the batch, each pair once, and
    /// <c>softplus(lse_n + lse_p)</c> of the two; 0 where a pool is empty. The logits are those of <see cref="Circle"/>.
    /// </summary>
    /// <param name="embeddings">[n,d]; see <see cref="Circle"/>.</param>
    /// <param name="labels">[n] int64: rows of equal label are positives of each other.</param>
    /// <param name="margin">m.</param>
    /// <param name="scale">γ.</param>
    /// <param name="mining">Which pairs count; null: all.</param>
    /// <returns>The loss, 0-dimensional.</returns>
    public static Tensor PairwiseCircle(Tensor embeddings, Tensor labels, double margin, double scale, PairSelection? mining = null)
    {
        using var scope = NewDisposeScope();
        var (positive, negative) = Pairs(embeddings, labels, mining);
        var (pull, push) = CircleLogits(CosineSimilarity(embeddings), margin, scale);
        var once = ones_like(positive).triu(1);
        var pooled = Pool(pull, positive).Plus(Pool(push, negative));
        return nn.functional.softplus(pooled, 1, 20).squeeze().MoveToOuterDisposeScope();

        // A miner may choose a pair for one of its two as the anchor only.
        Tensor Pool(Tensor logits, Tensor mask) =>
            LogSumExp(logits.reshape(1, -1), mask.bitwise_or(mask.t()).bitwise_and(once).reshape(1, -1));
    }

    /// <summary>The logits of every pair as a positive (pull) and as a negative one (push), [n,n] each.</summary>
    static (Tensor Pull, Tensor Push) CircleLogits(Tensor similarity, double margin, double scale)
    {
        var held = similarity.detach();
        using Scalar top = 1 + margin,
            toOptimum = -(1 - margin),
            least = margin,
            toMargin = -margin,
            up = scale,
            down = -scale;
        var pull = held.neg().PlusInPlace(top).relu_().mul_(down) * similarity.Plus(toOptimum);
        var push = held.Plus(least).relu_().mul_(up) * similarity.Plus(toMargin);
        return (pull, push);
    }
}
