namespace DcrDsl.Specs;

/// <summary>
/// Supervised contrastive loss (Khosla et al., 2020): every other prompt of the batch stands in the denominator; see
/// <c>ContrastiveLoss.SupCon</c>.
/// </summary>
[
    RuntimeCall("ContrastiveLoss.SupCon"),
    Formula("L = −mean over anchors of (1/|P|) Σₚ log(exp(sₚ/τ) / Σ exp(s/τ)), the anchor itself left out")
]
public sealed record SupConLoss : MinedObjective
{
    /// <summary>Temperature τ by which cosines are divided.</summary>
    [Range(0, ExclusiveMinimum = true)]
    public double Temperature { get; init; } = 0.1;
}

/// <summary>
/// NT-Xent (SimCLR): each positive pair against all negatives of its anchor, averaged over the pairs; see <c>ContrastiveLoss.NTXent</c>.
/// </summary>
[RuntimeCall("ContrastiveLoss.NTXent"), Formula("L = −mean over positive pairs of log(exp(sₚ/τ) / (exp(sₚ/τ) + Σₙ exp(sₙ/τ)))")]
public sealed record NTXentLoss : MinedObjective
{
    /// <summary>Temperature τ by which cosines are divided.</summary>
    [Range(0, ExclusiveMinimum = true)]
    public double Temperature { get; init; } = 0.07;
}

/// <summary>
/// InfoNCE with one positive a prompt, the next of its class in the batch, against all of the other class; see
/// <c>ContrastiveLoss.InfoNce</c>.
/// </summary>
[
    RuntimeCall("ContrastiveLoss.InfoNce"),
    Formula("L = −mean over anchors of log(exp(sₚ/τ) / (exp(sₚ/τ) + Σₙ exp(sₙ/τ))), one positive each")
]
public sealed record InfoNceLoss : ContrastiveObjective
{
    /// <summary>Temperature τ by which cosines are divided.</summary>
    [Range(0, ExclusiveMinimum = true)]
    public double Temperature { get; init; } = 0.1;
}

/// <summary>
/// InfoNCE with in-batch negatives: the second half of a batch are the positives of the first half, in order, and classes are not looked
/// at. With
/// <see cref="PairSampling.Matched"/> it draws minimal pairs together: a control. See <c>ContrastiveLoss.InBatchInfoNce</c>.
/// </summary>
[
    RuntimeCall("ContrastiveLoss.InBatchInfoNce"),
    Formula("L = −mean over i of log(exp(sᵢᵢ/τ) / Σⱼ exp(sᵢⱼ/τ)), first half against second half")
]
public sealed record InBatchInfoNceLoss : ContrastiveObjective
{
    /// <summary>Temperature τ by which cosines are divided.</summary>
    [Range(0, ExclusiveMinimum = true)]
    public double Temperature { get; init; } = 0.1;
}
