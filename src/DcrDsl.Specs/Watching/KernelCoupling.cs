namespace DcrDsl.Specs;

/// <summary>
/// The kernel coupling: how far a step of training on one prompt moves the first response token of another, as the norm of the empirical
/// tangent kernel of their largest logits, divided by that of the prompt with itself; the mean over the pairs of each two classes.
/// </summary>
[RuntimeCall("Watches.KernelCoupling")]
public sealed record KernelCoupling : WatchSpec
{
    /// <summary>How many of the largest logits of a prompt.</summary>
    [Range(1)]
    public int TopK { get; init; } = 10;

    /// <summary>By which parameters gradients are taken.</summary>
    public TangentParameters Parameters { get; init; } = TangentParameters.All;

    /// <summary>The most prompts of a class; of more, the seed chooses.</summary>
    [Range(2)]
    public int PromptsPerClass { get; init; } = 16;
}
