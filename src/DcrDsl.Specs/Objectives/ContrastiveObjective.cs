namespace DcrDsl.Specs;

/// <summary>
/// What the refinement minimises over pairs of pooled hidden states: same class = positive pair, different class = negative.
/// A new one is a record here, naming its runtime function with <see cref="RuntimeCallAttribute"/>; the generator needs no change.
/// </summary>
public abstract record ContrastiveObjective;

/// <summary>Circle loss (Sun et al., CVPR 2020) on cosine similarities, as in pytorch-metric-learning; see <c>ContrastiveLoss.Circle</c>.</summary>
[RuntimeCall("ContrastiveLoss.Circle")]
public sealed record CircleLoss : ContrastiveObjective
{
    /// <summary>Relaxation m: positives are pulled towards 1 − m, negatives pushed towards m.</summary>
    [Range(-1, 1)]
    public double Margin { get; init; } = 0.25;

    /// <summary>Scale γ of the logits.</summary>
    [Range(0, ExclusiveMinimum = true)]
    public double Scale { get; init; } = 80;
}
