using DcrDsl.Specs;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Objectives;

public static partial class ContrastiveLoss
{
    /// <summary>
    /// NT-Xent (Sohn, 2016; Chen et al., "SimCLR", 2020), per positive pair as in pytorch-metric-learning's NTXentLoss: with cosine
    /// similarities s and the negatives N of the anchor, <c>−log(e^{s_p/τ} / (e^{s_p/τ} + Σ_N e^{s/τ}))</c>: only one positive stands in
    /// the denominator. 0 where the batch has no positive or no negative pair. As there, the smallest normal number inside the logarithm
    /// caps a term, in float32 at 87.3.
    /// </summary>
    /// <param name="embeddings">[n,d], any floating type; computed in float32, or float64 for float64. Need not be normalised.</param>
    /// <param name="labels">[n] int64: rows of equal label are positives of each other.</param>
    /// <param name="temperature">τ.</param>
    /// <param name="reducer">How the positive pairs, (i,j) and (j,i) apart, are averaged; null: <see cref="LossReducer.Mean"/>.</param>
    /// <param name="mining">Which pairs count; null: all.</param>
    /// <returns>The loss, 0-dimensional.</returns>
    public static Tensor NTXent(
        Tensor embeddings,
        Tensor labels,
        double temperature,
        LossReducer? reducer = null,
        PairSelection? mining = null
    )
    {
        using var scope = NewDisposeScope();
        using Scalar divisor = temperature,
            tiny = embeddings.dtype is ScalarType.Float64 ? 2.2250738585072014e-308 : 1.17549435e-38,
            one = 1;
        var logits = CosineSimilarity(embeddings).div(divisor);
        var (positive, negative) = Pairs(embeddings, labels, mining);
        var others = LogSumExp(logits, negative).unsqueeze(1);
        var largest = logits.maximum(others).detach();
        var own = (logits - largest).exp();
        var losses = (own / (own + (others - largest).exp())).add(tiny, one).log().neg();
        return Reduce(WithBoth(losses, positive, negative), positive, reducer ?? LossReducer.Mean).MoveToOuterDisposeScope();
    }
}
