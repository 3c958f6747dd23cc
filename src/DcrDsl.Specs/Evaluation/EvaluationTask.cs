namespace DcrDsl.Specs;

/// <summary>Something that a model is measured on.</summary>
[DefaultChoice(typeof(PromptTask))]
public abstract record EvaluationTask
{
    /// <summary>The task's name in tables; a C# identifier, unique in the grid.</summary>
    public string Name { get; init; } = "";

    /// <summary>
    /// Says that the prompts or questions were also trained on, so that the report sets the task apart; without it, that is an error.
    /// </summary>
    public bool InDistribution { get; init; }

    /// <summary>Whether the seed decides on the prompts or questions.</summary>
    public virtual bool DependsOnSeed => false;

    /// <summary>Whether it has prompts that attacks are put on; never those by which general capability is measured.</summary>
    public virtual bool CanBeAttacked => false;
}
