using DcrDsl.Specs;
using DcrDsl.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Objectives;

/// <summary>
/// Contrastive objectives over a batch of labelled representations, equal in value and gradient to pytorch-metric-learning 2.9.
/// Each loss has a file of its own; this one has what they share. None asks the device for a value: pairs are chosen by masks.
/// </summary>
public static partial class ContrastiveLoss
{
    /// <summary>At least float32: logits reach hundreds, where half precision has no digits left.</summary>
    static Tensor Wide(Tensor embeddings) => embeddings.dtype is ScalarType.Float64 ? embeddings : embeddings.to(ScalarType.Float32);

    /// <summary>Cosines of all pairs of rows [n,n]. A row's norm counts as at least 1e-12.</summary>
    static Tensor CosineSimilarity(Tensor embeddings)
    {
        using var unit = MetaDevice.UnitRows(Wide(embeddings), least: 1e-12);
        return unit.matmul(unit.t());
    }

    /// <summary>Masks [n,n] of the ordered pairs with equal labels (without self-pairs) and with different labels.</summary>
    static (Tensor Positive, Tensor Negative) Pairs(Tensor labels)
    {
        var same = labels.unsqueeze(1).eq(labels.unsqueeze(0));
        var self = eye(labels.shape[0], dtype: ScalarType.Bool, device: labels.device);
        return (same.bitwise_xor(self), same.bitwise_not());
    }

    /// <summary>The same, as far as a miner leaves them.</summary>
    static (Tensor Positive, Tensor Negative) Pairs(Tensor embeddings, Tensor labels, PairSelection? mining)
    {
        var (positive, negative) = Pairs(labels);
        if (mining is null)
            return (positive, negative);
        using var frozen = no_grad();
        return mining(CosineSimilarity(embeddings), positive, negative);
    }

    /// <summary>
    /// log Σ exp over the masked entries of each row [n]. A row without any gives the lowest finite number, not −∞, whose gradient
    /// would be NaN.
    /// </summary>
    static Tensor LogSumExp(Tensor logits, Tensor mask) => MetaDevice.LogSumExp(Least(logits, mask));

    /// <summary>The logits, with the lowest finite number outside the mask.</summary>
    static Tensor Least(Tensor logits, Tensor mask) =>
        logits.masked_fill(mask.bitwise_not(), logits.dtype is ScalarType.Float64 ? double.MinValue : float.MinValue);

    /// <summary>
    /// Each row less its largest entry, which moves no softmax: the logarithm of a sum that is hardly above its largest term keeps its
    /// digits.
    /// </summary>
    static Tensor FromLargest(Tensor logits) => logits - logits.detach().amax([1], keepdim: true);

    /// <summary>
    /// Euclidean distances of all pairs of rows, each first divided by its norm, which counts as at least 1e-12; [n,n]. The gradient at
    /// distance 0 is 0.
    /// </summary>
    static Tensor Distance(Tensor embeddings)
    {
        using var unit = MetaDevice.UnitRows(Wide(embeddings), least: 1e-12);
        return MetaDevice.Distances(unit);
    }

    /// <summary>One number for all terms; 0 without any.</summary>
    /// <param name="losses">Of any shape.</param>
    /// <param name="terms">Which of them are terms; null: all.</param>
    /// <param name="reducer">How they are averaged.</param>
    static Tensor Reduce(Tensor losses, Tensor? terms, LossReducer reducer)
    {
        if (reducer == LossReducer.MeanOfNonZero)
            return MeanOfNonZero(terms is null ? losses : losses.ZeroWhere(terms.bitwise_not()));
        return terms is null ? losses.mean() : losses.ZeroWhere(terms.bitwise_not()).sum() / terms.sum().clamp_min(1);
    }

    /// <summary>The losses, or zeros where the batch has no pair of a kind at all.</summary>
    static Tensor WithBoth(Tensor losses, Tensor positive, Tensor negative) =>
        losses.ZeroWhere(positive.any().bitwise_and(negative.any()).bitwise_not());

    /// <summary>Mean over the losses that are above zero (AvgNonZeroReducer); 0 without any. A NaN counts: it must be seen.</summary>
    static Tensor MeanOfNonZero(Tensor losses)
    {
        var dropped = losses.le(0);
        return losses.ZeroWhere(dropped).sum() / dropped.bitwise_not().sum().clamp_min(1);
    }
}
