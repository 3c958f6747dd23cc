using DcrDsl.Models;
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
    /// <returns>The loss, 0-dimensional.</returns>
    public static Tensor Circle(Tensor embeddings, Tensor labels, double margin, double scale)
    {
        using var scope = NewDisposeScope();
        var similarity = CosineSimilarity(embeddings);
        var (positive, negative) = Pairs(labels);

        var held = similarity.detach();
        using Scalar top = 1 + margin, toOptimum = -(1 - margin), least = margin, toMargin = -margin, up = scale, down = -scale;
        var pull = held.neg().PlusInPlace(top).relu_().mul_(down) * similarity.Plus(toOptimum);
        var push = held.Plus(least).relu_().mul_(up) * similarity.Plus(toMargin);
        var losses = nn.functional.softplus(LogSumExp(pull, positive).Plus(LogSumExp(push, negative)), 1, 20);   // 0 where either has no pair
        return MeanOfNonZero(losses).MoveToOuterDisposeScope();
    }
}
