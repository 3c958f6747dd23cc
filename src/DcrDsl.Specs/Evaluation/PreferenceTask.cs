namespace DcrDsl.Specs;

/// <summary>
/// Pairs of answers on which the model's own preference is read off: how much likelier it finds the preferred answer than the other one,
/// and how often. No reference model is needed: of two arms, the difference of their margins is what preference tuning calls the reward
/// margin of one against the other, divided by β.
/// </summary>
public sealed record PreferenceTask : EvaluationTask
{
    /// <inheritdoc/>
    public override bool DependsOnSeed => Pairs.DependsOnSeed;

    /// <summary>Prompts with two answers each.</summary>
    [Evaluated, PairsOfAnswers]
    public PromptSource Pairs { get; init; } = new PromptFile { Layout = PromptLayout.Preference };
}
