using DcrDsl.Specs;
using DcrDsl.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Objectives;

public static partial class ContrastiveLoss
{
    /// <summary>
    /// Supervised contrastive loss (Khosla et al., NeurIPS 2020), per anchor as in pytorch-metric-learning's SupConLoss: with cosine
    /// similarities s, positives P and all others A, <c>−(1/|P|) Σ_p (s_p/τ − lse_A[s/τ])</c>. An anchor without a positive counts 0, and
    /// so do all where the batch has no positive or no negative pair.
    /// </summary>
    /// <param name="embeddings">[n,d], any floating type; computed in float32, or float64 for float64. Need not be normalised.</param>
    /// <param name="labels">[n] int64: rows of equal label are positives of each other.</param>
    /// <param name="temperature">τ.</param>
    /// <param name="reducer">How the anchors are averaged; null: <see cref="LossReducer.MeanOfNonZero"/>.</param>
    /// <param name="mining">Which pairs count; null: all.</param>
    /// <returns>The loss, 0-dimensional.</returns>
    public static Tensor SupCon(
        Tensor embeddings,
        Tensor labels,
        double temperature,
        LossReducer? reducer = null,
        PairSelection? mining = null
    )
    {
        using var scope = NewDisposeScope();
        using Scalar divisor = temperature;
        var logits = FromLargest(CosineSimilarity(embeddings).div(divisor));
        var (positive, negative) = Pairs(embeddings, labels, mining);
        var logShares = logits - LogSumExp(logits, positive.bitwise_or(negative)).unsqueeze(1);
        var losses = logShares.ZeroWhere(positive.bitwise_not()).sum(1).neg() / positive.sum(1).clamp_min(1);
        return Reduce(WithBoth(losses, positive, negative), null, reducer ?? LossReducer.MeanOfNonZero).MoveToOuterDisposeScope();
    }
}
