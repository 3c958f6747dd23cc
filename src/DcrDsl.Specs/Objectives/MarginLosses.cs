namespace DcrDsl.Specs;

/// <summary>Triplet margin loss over all triplets of a batch; see <c>ContrastiveLoss.TripletMargin</c>.</summary>
[RuntimeCall("ContrastiveLoss.TripletMargin"), Formula("L = mean over triplets of [d(a, p) − d(a, n) + m]₊")]
public sealed record TripletMarginLoss : MinedObjective
{
    /// <summary>By how much the negative should be farther from the anchor than the positive.</summary>
    public double Margin { get; init; } = 0.05;

    /// <summary>How far two representations are apart.</summary>
    public PairDistance Distance { get; init; } = PairDistance.Euclidean;

    /// <summary>Whether softplus stands for relu, so that no triplet is ever done with.</summary>
    public bool Smooth { get; init; }

    /// <summary>Whether a negative that is nearer to the positive than to the anchor is measured from there.</summary>
    public bool Swap { get; init; }
}

/// <summary>
/// The contrastive loss of Hadsell et al. (2006) as in pytorch-metric-learning: positives within a margin, negatives beyond one; see
/// <c>ContrastiveLoss.Margin</c>.
/// With <see cref="PairDistance.Cosine"/> the usual margins are 1 for positives and 0 for negatives.
/// </summary>
[RuntimeCall("ContrastiveLoss.Margin"), Formula("L = mean of [d(p) − m₊]₊ + mean of [m₋ − d(n)]₊")]
public sealed record ContrastiveMarginLoss : MinedObjective
{
    /// <summary>Positive pairs that are nearer are left alone.</summary>
    public double PositiveMargin { get; init; }

    /// <summary>Negative pairs that are farther are left alone.</summary>
    public double NegativeMargin { get; init; } = 1;

    /// <summary>How far two representations are apart.</summary>
    public PairDistance Distance { get; init; } = PairDistance.Euclidean;
}

/// <summary>Multi-similarity loss (Wang et al., 2019), averaged over all prompts; see <c>ContrastiveLoss.MultiSimilarity</c>.</summary>
[
    RuntimeCall("ContrastiveLoss.MultiSimilarity"),
    Formula("L = mean over anchors of log(1 + Σₚ exp(−α (sₚ − λ))) / α + log(1 + Σₙ exp(β (sₙ − λ))) / β")
]
public sealed record MultiSimilarityLoss : MinedObjective
{
    /// <summary>α: how sharply the farthest positives count.</summary>
    [Range(0, ExclusiveMinimum = true)]
    public double Alpha { get; init; } = 2;

    /// <summary>β: how sharply the nearest negatives count.</summary>
    [Range(0, ExclusiveMinimum = true)]
    public double Beta { get; init; } = 50;

    /// <summary>λ: the cosine around which pairs are weighed.</summary>
    [Range(-1, 1)]
    public double Threshold { get; init; } = 0.5;
}
