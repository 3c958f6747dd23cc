using DcrDsl.Specs;
using DcrDsl.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Objectives;

public static partial class ContrastiveLoss
{
    /// <summary>
    /// The contrastive loss of Hadsell et al. (CVPR 2006) without its squares, as pytorch-metric-learning's ContrastiveLoss: positive pairs
    /// give
    /// <c>relu(d − positiveMargin)</c>, negative ones <c>relu(negativeMargin − d)</c> with Euclidean distances d of rows of length 1; with
    /// cosines s,
    /// <c>relu(positiveMargin − s)</c> and <c>relu(s − negativeMargin)</c>. Each kind is averaged alone, and the two are added.
    /// </summary>
    /// <param name="embeddings">[n,d], any floating type; computed in float32, or float64 for float64. Need not be normalised.</param>
    /// <param name="labels">[n] int64: rows of equal label are positives of each other.</param>
    /// <param name="positiveMargin">Where positive pairs are left alone.</param>
    /// <param name="negativeMargin">Where negative pairs are left alone.</param>
    /// <param name="distance">How far two rows are apart.</param>
    /// <param name="reducer">How the pairs of a kind are averaged; null: <see cref="LossReducer.MeanOfNonZero"/>.</param>
    /// <param name="mining">Which pairs count; null: all.</param>
    /// <returns>The loss, 0-dimensional.</returns>
    public static Tensor Margin(
        Tensor embeddings,
        Tensor labels,
        double positiveMargin,
        double negativeMargin,
        PairDistance distance = PairDistance.Euclidean,
        LossReducer? reducer = null,
        PairSelection? mining = null
    )
    {
        using var scope = NewDisposeScope();
        bool cosine = distance == PairDistance.Cosine;
        // With a similarity, both signs turn round.
        using Scalar near = cosine ? positiveMargin : -positiveMargin,
            far = cosine ? -negativeMargin : negativeMargin;
        var apart = cosine ? CosineSimilarity(embeddings).neg() : Distance(embeddings);
        var (positive, negative) = Pairs(embeddings, labels, mining);
        var pulled = Reduce(MetaDevice.Relu(apart.Plus(near)), positive, reducer ?? LossReducer.MeanOfNonZero);
        var pushed = Reduce(MetaDevice.Relu(apart.neg().Plus(far)), negative, reducer ?? LossReducer.MeanOfNonZero);
        return pulled.Plus(pushed).MoveToOuterDisposeScope();
    }
}
