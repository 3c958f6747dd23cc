namespace DcrDsl.Specs;

/// <summary>
/// What preference tuning minimises over pairs of answers, from their log-probabilities under the trained model π and the reference π_ref.
/// With r = log π(y | x) − log π_ref(y | x), Δ = r(y₊) − r(y₋) for the preferred answer y₊ and the other one y₋. A new one is a record,
/// here or in your own project, naming its function with <see cref="RuntimeCallAttribute"/>.
/// </summary>
public abstract record PreferenceObjective
{
    /// <summary>β: how strongly the model is held to the reference; the smaller, the farther it may go.</summary>
    [Range(0, ExclusiveMinimum = true)]
    public double Beta { get; init; } = 0.1;
}

/// <summary>Direct preference optimisation (Rafailov et al., 2023); see <c>PreferenceLoss.Sigmoid</c>.</summary>
[RuntimeCall("PreferenceLoss.Sigmoid"), Formula("L = mean over pairs of −log σ(β Δ), Δ = log(π/π_ref)(y₊ | x) − log(π/π_ref)(y₋ | x)")]
public sealed record Dpo : PreferenceObjective;

/// <summary>
/// Conservative DPO (Mitchell, 2023): a share ε of the preferences is taken to be the wrong way round; see
/// <c>PreferenceLoss.Conservative</c>.
/// </summary>
[
    RuntimeCall("PreferenceLoss.Conservative"),
    Formula("L = mean of −(1 − ε) log σ(β Δ) − ε log σ(−β Δ), Δ = log(π/π_ref)(y₊ | x) − log(π/π_ref)(y₋ | x)")
]
public sealed record ConservativeDpo : PreferenceObjective
{
    /// <summary>ε: the share of preferences that are the wrong way round, from 0 to below ½.</summary>
    [Range(0, 0.499)]
    public double LabelSmoothing { get; init; } = 0.1;
}

/// <summary>
/// Robust DPO (Chowdhury et al., 2024): the loss whose mean over preferences of which a share ε is the wrong way round is that of the right
/// ones; see <c>PreferenceLoss.Robust</c>.
/// </summary>
[
    RuntimeCall("PreferenceLoss.Robust"),
    Formula("L = mean of [ε log σ(−β Δ) − (1 − ε) log σ(β Δ)] / (1 − 2 ε), Δ = log(π/π_ref)(y₊ | x) − log(π/π_ref)(y₋ | x)")
]
public sealed record RobustDpo : PreferenceObjective
{
    /// <summary>ε: the share of preferences that are the wrong way round, from 0 to below ½.</summary>
    [Range(0, 0.499)]
    public double LabelSmoothing { get; init; } = 0.1;
}

/// <summary>
/// Identity preference optimisation (Azar et al., 2023): the margin is led to 1 / (2β) instead of ever farther; see
/// <c>PreferenceLoss.Ipo</c>.
/// </summary>
[RuntimeCall("PreferenceLoss.Ipo"), Formula("L = mean of (Δ − 1 / (2 β))², Δ = log(π/π_ref)(y₊ | x) − log(π/π_ref)(y₋ | x)")]
public sealed record Ipo : PreferenceObjective
{
    /// <summary>
    /// Whether the log ratio of each answer is divided by its tokens first, as trl does; if not, sums are compared, as in the paper.
    /// </summary>
    public bool LengthNormalised { get; init; } = true;
}

/// <summary>A hinge on the margin (SLiC-HF, Zhao et al., 2023, with a reference); see <c>PreferenceLoss.Hinge</c>.</summary>
[RuntimeCall("PreferenceLoss.Hinge"), Formula("L = mean of [1 − β Δ]₊, Δ = log(π/π_ref)(y₊ | x) − log(π/π_ref)(y₋ | x)")]
public sealed record HingePreference : PreferenceObjective;

/// <summary>
/// DPO whose log ratios are divided by the answers' tokens, so that a longer answer weighs no more; see
/// <c>PreferenceLoss.LengthNormalisedSigmoid</c>.
/// </summary>
[
    RuntimeCall("PreferenceLoss.LengthNormalisedSigmoid"),
    Formula("L = mean of −log σ(β Δ̄), Δ̄ = log(π/π_ref)(y₊ | x) / |y₊| − log(π/π_ref)(y₋ | x) / |y₋|")
]
public sealed record LengthNormalisedDpo : PreferenceObjective;
