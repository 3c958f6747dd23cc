using DcrDsl.Specs;
using DcrDsl.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Objectives;

public static partial class ContrastiveLoss
{
    /// <summary>
    /// Triplet margin loss (Schroff et al., "FaceNet", CVPR 2015) over all triplets of anchor, positive and negative, as in
    /// pytorch-metric-learning's TripletMarginLoss: <c>relu(d_ap − d_an + margin)</c> with Euclidean distances d of rows of length 1,
    /// <c>relu(s_an − s_ap + margin)</c> with cosines s.
    /// </summary>
    /// <param name="embeddings">[n,d], any floating type; computed in float32, or float64 for float64. Need not be normalised.</param>
    /// <param name="labels">[n] int64: rows of equal label are positives of each other.</param>
    /// <param name="margin">By how much the negative should be farther than the positive.</param>
    /// <param name="distance">How far two rows are apart.</param>
    /// <param name="smooth">Whether softplus stands for relu.</param>
    /// <param name="swap">
    /// Whether a negative that is nearer to the positive than to the anchor is measured from there (Balntas et al., 2016).
    /// </param>
    /// <param name="reducer">How the triplets are averaged; null: <see cref="LossReducer.MeanOfNonZero"/>.</param>
    /// <param name="mining">Which pairs count; null: all.</param>
    /// <returns>The loss, 0-dimensional.</returns>
    public static Tensor TripletMargin(
        Tensor embeddings,
        Tensor labels,
        double margin,
        PairDistance distance = PairDistance.Euclidean,
        bool smooth = false,
        bool swap = false,
        LossReducer? reducer = null,
        PairSelection? mining = null
    )
    {
        using var scope = NewDisposeScope();
        using Scalar shift = margin;
        // A similarity is a distance upside down; the constant between the two falls out of the difference.
        var apart = distance == PairDistance.Cosine ? CosineSimilarity(embeddings).neg() : Distance(embeddings);
        var (positive, negative) = Pairs(embeddings, labels, mining);
        var toNegative = apart.unsqueeze(1); // [a, 1, n]
        if (swap)
            toNegative = MetaDevice.Smaller(toNegative, apart.unsqueeze(0)); // [a, p, n]
        var violation = (apart.unsqueeze(2) - toNegative).Plus(shift); // [a, p, n]
        var losses = smooth ? nn.functional.softplus(violation, 1, 20) : MetaDevice.Relu(violation);
        return Reduce(losses, positive.unsqueeze(2).bitwise_and(negative.unsqueeze(1)), reducer ?? LossReducer.MeanOfNonZero)
            .MoveToOuterDisposeScope();
    }
}
