namespace DcrDsl.Specs;

/// <summary>A data set with its metrics: compliance for seemingly toxic and general prompts, defence for toxic ones; with answers also their loss and accuracy.</summary>
public sealed record PromptTask : EvaluationTask
{
    /// <summary>The prompts.</summary>
    public PromptSource Prompts { get; init; } = new PromptFile();
}
