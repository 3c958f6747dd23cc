using DcrDsl.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Objectives;

/// <summary>Chooses among the pairs of a batch.</summary>
/// <param name="similarity">Cosines of all pairs, [n,n], without a gradient; rows are anchors.</param>
/// <param name="positive">Which pairs are positive, [n,n].</param>
/// <param name="negative">Which pairs are negative, [n,n].</param>
/// <returns>Which of either are left, [n,n] each.</returns>
public delegate (Tensor Positive, Tensor Negative) PairSelection(Tensor similarity, Tensor positive, Tensor negative);

/// <summary>The miners: see <see cref="Specs.PairMiner"/>. None asks the device for a value: pairs are chosen by masks.</summary>
public static class PairMining
{
    /// <summary>
    /// The miner of Wang et al. (CVPR 2019), as pytorch-metric-learning's MultiSimilarityMiner: positives p with
    /// <c>s_ap − ε &lt; max_n s_an</c>, negatives n with <c>s_an + ε &gt; min_p s_ap</c>. An anchor without a pair of one kind has none of
    /// the other.
    /// </summary>
    /// <param name="epsilon">ε.</param>
    public static PairSelection MultiSimilarity(double epsilon) =>
        (similarity, positive, negative) =>
        {
            using var scope = NewDisposeScope();
            using Scalar further = epsilon,
                nearer = -epsilon;
            var hardestNegative = Outside(similarity, negative, double.NegativeInfinity).amax([1], keepdim: true);
            var hardestPositive = Outside(similarity, positive, double.PositiveInfinity).amin([1], keepdim: true);
            return (
                positive.bitwise_and(similarity.Plus(nearer).lt(hardestNegative)).MoveToOuterDisposeScope(),
                negative.bitwise_and(similarity.Plus(further).gt(hardestPositive)).MoveToOuterDisposeScope()
            );
        };

    /// <summary>
    /// Of each anchor that has both kinds, the positives with the lowest and the negatives with the highest cosines; of pairs as hard as
    /// the last that counts, all. One of each is pytorch-metric-learning's BatchHardMiner.
    /// </summary>
    /// <param name="positives">How many positives; null: all.</param>
    /// <param name="negatives">How many negatives; null: all.</param>
    public static PairSelection Hardest(int? positives = null, int? negatives = null) =>
        (similarity, positive, negative) =>
        {
            using var scope = NewDisposeScope();
            var both = positive.any(1, keepdim: true).bitwise_and(negative.any(1, keepdim: true));
            return (
                Highest(similarity.neg(), positive, positives).bitwise_and(both).MoveToOuterDisposeScope(),
                Highest(similarity, negative, negatives).bitwise_and(both).MoveToOuterDisposeScope()
            );
        };

    /// <summary>The pairs of each row whose value is at least the row's <paramref name="count"/>-th highest.</summary>
    static Tensor Highest(Tensor values, Tensor pairs, int? count)
    {
        if (count is not { } most || most >= values.shape[1])
            return pairs;
        var (highest, _) = Outside(values, pairs, double.NegativeInfinity).sort(1, descending: true);
        return pairs.bitwise_and(values.ge(highest.narrow(1, most - 1, 1)));
    }

    static Tensor Outside(Tensor values, Tensor pairs, double other) => values.masked_fill(pairs.bitwise_not(), other);
}
