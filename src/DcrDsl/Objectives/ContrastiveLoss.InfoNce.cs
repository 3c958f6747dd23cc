using System.Globalization;
using DcrDsl.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Objectives;

public static partial class ContrastiveLoss
{
    /// <summary>
    /// InfoNCE (van den Oord et al., 2018) with one positive an anchor, the next row of its class (after the last the first): with cosine
    /// similarities s and all negatives N, <c>lse_{p∪N}[s/τ] − s_p/τ</c>, averaged over the anchors that have a positive; 0 without any.
    /// </summary>
    /// <param name="embeddings">[n,d], any floating type; computed in float32, or float64 for float64. Need not be normalised.</param>
    /// <param name="labels">[n] int64: rows of equal label are positives of each other.</param>
    /// <param name="temperature">τ.</param>
    /// <returns>The loss, 0-dimensional.</returns>
    public static Tensor InfoNce(Tensor embeddings, Tensor labels, double temperature)
    {
        using var scope = NewDisposeScope();
        using Scalar divisor = temperature;
        var logits = CosineSimilarity(embeddings).div(divisor);
        var (positive, negative) = Pairs(labels);

        long rows = labels.shape[0];
        using Scalar count = rows;
        var place = arange(rows, device: labels.device);
        var stepsAhead = (place.unsqueeze(0) - place.unsqueeze(1)).remainder(count); // from each row to each, going round
        var next = stepsAhead.masked_fill(positive.bitwise_not(), count).argmin(1, keepdim: true);

        // log(e^p + Σ e^n) − p as softplus keeps its digits where the positive is all but alone.
        var own = logits.gather(1, next).squeeze(1);
        var losses = nn.functional.softplus(LogSumExp(logits, negative) - own, 1, 40).ZeroWhere(positive.any(1).bitwise_not());
        return (losses.sum() / positive.any(1).sum().clamp_min(1)).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// InfoNCE with in-batch negatives: the first half of the rows are queries, the second half their positives in the same order, and
    /// every other positive is a negative; <c>−s_qq/τ + lse_k[s_qk/τ]</c> averaged over the queries. Labels are not looked at.
    /// </summary>
    /// <param name="embeddings">[n,d] with an even n of at least 4.</param>
    /// <param name="labels">Not used; here so that all objectives are called alike.</param>
    /// <param name="temperature">τ.</param>
    /// <returns>The loss, 0-dimensional.</returns>
    /// <exception cref="InputException">The rows do not make two halves of at least two.</exception>
    public static Tensor InBatchInfoNce(Tensor embeddings, Tensor labels, double temperature)
    {
        long rows = embeddings.shape[0],
            half = rows / 2;
        if (rows < 4 || rows % 2 != 0)
            throw new InputException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"InBatchInfoNceLoss takes a batch as queries and their positives, and {rows:N0} prompts are not two halves of at "
                        + $"least 2: make Batch even and at least 4."
                )
            );
        using var scope = NewDisposeScope();
        using Scalar divisor = temperature;
        var logits = CosineSimilarity(embeddings)[..(int)half, (int)half..].div(divisor);
        return nn.functional.cross_entropy(logits, arange(half, device: embeddings.device)).MoveToOuterDisposeScope();
    }
}
