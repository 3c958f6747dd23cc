namespace DcrDsl.Specs;

/// <summary>A data set with its metrics: compliance for seemingly toxic and general prompts, defence for toxic ones; with answers also their loss and accuracy.</summary>
public sealed record PromptTask
{
    /// <summary>The task's name in tables; a C# identifier, unique in the grid.</summary>
    public string Name { get; init; } = "";

    /// <summary>The prompts.</summary>
    public PromptSource Prompts { get; init; } = new PromptFile();

    /// <summary>Says that the prompts were also trained on, so that the report sets the task apart; without it, that is an error.</summary>
    public bool InDistribution { get; init; }
}
