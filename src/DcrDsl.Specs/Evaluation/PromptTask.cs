namespace DcrDsl.Specs;

/// <summary>
/// A data set with its metrics: compliance for seemingly toxic and general prompts, defence for toxic ones; with answers also their loss
/// and accuracy.
/// </summary>
public sealed record PromptTask : EvaluationTask
{
    /// <inheritdoc/>
    public override bool DependsOnSeed => Prompts.DependsOnSeed;

    /// <inheritdoc/>
    public override bool CanBeAttacked => Prompts.Class != PromptClass.General;

    /// <summary>The prompts.</summary>
    [Evaluated]
    public PromptSource Prompts { get; init; } = new PromptFile();

    /// <summary>
    /// When a completion gives the reference's answer, where the prompts have answers; null: as the prompts' source has it, <see
    /// cref="ExactMatch"/> for files and <see cref="ToyWorldTip"/> for ToyWorld.
    /// </summary>
    public Comparison? Comparison { get; init; }
}
