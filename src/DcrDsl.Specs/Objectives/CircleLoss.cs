namespace DcrDsl.Specs;

/// <summary>
/// Circle loss (Sun et al., CVPR 2020) on cosine similarities, as in pytorch-metric-learning; see <c>ContrastiveLoss.Circle</c>.
/// </summary>
[
    RuntimeCall("ContrastiveLoss.Circle"),
    Formula("L = mean over anchors of log(1 + Σₙ exp(γ [sₙ + m]₊ (sₙ − m)) · Σₚ exp(−γ [1 + m − sₚ]₊ (sₚ − 1 + m)))")
]
public sealed record CircleLoss : MinedObjective
{
    /// <summary>Relaxation m: positives are pulled towards 1 − m, negatives pushed towards m.</summary>
    [Range(-1, 1)]
    public double Margin { get; init; } = 0.25;

    /// <summary>Scale γ of the logits.</summary>
    [Range(0, ExclusiveMinimum = true)]
    public double Scale { get; init; } = 80;
}

/// <summary>
/// Circle loss as in its authors' program: one pool of all positive and one of all negative pairs of a batch; see
/// <c>ContrastiveLoss.PairwiseCircle</c>.
/// </summary>
[
    RuntimeCall("ContrastiveLoss.PairwiseCircle"),
    Formula("L = log(1 + Σₙ exp(γ [sₙ + m]₊ (sₙ − m)) · Σₚ exp(−γ [1 + m − sₚ]₊ (sₚ − 1 + m))) over all pairs of the batch")
]
public sealed record PairwiseCircleLoss : ContrastiveObjective
{
    /// <summary>Relaxation m: positives are pulled towards 1 − m, negatives pushed towards m.</summary>
    [Range(-1, 1)]
    public double Margin { get; init; } = 0.25;

    /// <summary>Scale γ of the logits.</summary>
    [Range(0, ExclusiveMinimum = true)]
    public double Scale { get; init; } = 64;

    /// <summary>Which pairs of a batch count, for either of the two as the anchor; null: all.</summary>
    [OmittedAtDefault]
    public PairMiner? Mining { get; init; }
}
