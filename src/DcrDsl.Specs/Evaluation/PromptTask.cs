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

    /// <summary>The same task on a file that lies elsewhere, as of one of <see cref="PublishedTasks"/>.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidOperationException">Its prompts are not from a file.</exception>
    public PromptTask At(string path) => this with { Prompts = File with { Path = path } };

    /// <summary>The same task on the rows alone that have a value in a column, as a category.</summary>
    /// <param name="column">The column.</param>
    /// <param name="value">The value.</param>
    /// <exception cref="InvalidOperationException">Its prompts are not from a file.</exception>
    public PromptTask Only(string column, string value) => this with { Prompts = File with { WhereColumn = column, WhereValue = value } };

    PromptFile File =>
        Prompts as PromptFile ?? throw new InvalidOperationException($"the prompts of the task '{Name}' are not from a file");
}
