namespace DcrDsl.Specs;

/// <summary>
/// Prompts that the model answers itself, greedily, as it is when the stage begins: answers to train on where a data set has none, in the
/// model's own words.
/// Whatever the model says is taken, a refusal too.
/// </summary>
public sealed record SelfAnswered : PromptSource
{
    /// <summary>The prompts; answers of theirs are not looked at.</summary>
    public PromptSource Prompts { get; init; } = new PromptFile();

    /// <summary>Longest answer, in tokens.</summary>
    [Range(1, 65_536)]
    public int MaxNewTokens { get; init; } = 32;

    /// <summary>
    /// Prompts answered side by side. Sums over neighbours are rounded in another order, so a near tie can fall otherwise.
    /// </summary>
    [Range(1)]
    public int Batch { get; init; } = 32;

    /// <inheritdoc/>
    public override bool DependsOnSeed => Prompts.DependsOnSeed;

    /// <inheritdoc/>
    public override bool FromTemplates => Prompts.FromTemplates;

    /// <inheritdoc/>
    public override string? Caveat => Prompts.Caveat;

    /// <inheritdoc/>
    public override bool HasAnswers => true;

    /// <inheritdoc/>
    public override Comparison OwnComparison => Prompts.OwnComparison;

    /// <inheritdoc/>
    public override bool MayOverlap(PromptSource other) => Prompts.MayOverlap(other);

    /// <inheritdoc/>
    public override bool MayComeFrom(string path) => Prompts.MayComeFrom(path);
}
