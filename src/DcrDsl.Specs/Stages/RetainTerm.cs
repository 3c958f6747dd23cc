namespace DcrDsl.Specs;

/// <summary>
/// A term of the refinement's loss that holds the model to what it was when the stage began, the <i>untouched model</i>: L = L_contrast +
/// Σ weight · R. Each R is 0 at the first step.
/// </summary>
public abstract record RetainTerm
{
    /// <summary>Whether it is measured on general prompts, which the stage then needs.</summary>
    public virtual bool IsOnGeneralPrompts => true;

    /// <summary>How strongly it holds.</summary>
    [Range(0, ExclusiveMinimum = true)]
    public double Weight { get; init; } = 1;
}

/// <summary>
/// Hidden states of general prompts after layer ℓ: their squared distance to the untouched model's, as a share of the squared length that
/// these have. See <c>RetainLoss.HiddenStateDistance</c>.
/// </summary>
[Formula("R = mean over places t of ‖hₜ − h⁰ₜ‖² / ‖h⁰ₜ‖²")]
public sealed record HiddenStateDistance : RetainTerm
{
    /// <summary>At which places of a general prompt.</summary>
    public RetainPlaces Places { get; init; } = RetainPlaces.EveryToken;
}

/// <summary>
/// The next token of general prompts: the Kullback-Leibler divergence from the untouched model's distribution. The hidden states go on
/// through the blocks above ℓ and the head, which are run and not trained. See <c>RetainLoss.OutputDivergence</c>.
/// </summary>
[Formula("R = mean over places t of KL(π⁰(· | x≤t) ‖ π(· | x≤t))")]
public sealed record OutputDivergence : RetainTerm
{
    /// <summary>
    /// At which places of a general prompt. The head costs as much as many blocks, and the untouched model's distributions are kept for all
    /// of them, so it is one a prompt unless more are asked for.
    /// </summary>
    public RetainPlaces Places { get; init; } = RetainPlaces.LastPromptToken;
}

/// <summary>
/// What is trained: half its squared Euclidean distance to its values at the start (L2-SP; Li et al., ICML 2018). With an adapter that is
/// the adapter. See <c>RetainLoss.WeightDistance</c>.
/// </summary>
[Formula("R = ½ Σ ‖w − w⁰‖²")]
public sealed record WeightDistance : RetainTerm
{
    /// <inheritdoc/>
    public override bool IsOnGeneralPrompts => false;
}

/// <summary>The places of a general prompt at which a model is held.</summary>
public enum RetainPlaces
{
    /// <summary>Every token, of the answer too where the prompt comes with one.</summary>
    EveryToken,

    /// <summary>The last prompt token, from which the first response token is predicted.</summary>
    LastPromptToken,
}
