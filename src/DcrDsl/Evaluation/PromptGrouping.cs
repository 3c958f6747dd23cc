namespace DcrDsl.Evaluation;

/// <summary>By what prompts are put in groups, each with numbers of its own.</summary>
public enum PromptGrouping
{
    /// <summary>By their category, as their data set has it.</summary>
    Category,

    /// <summary>By the language that they are in.</summary>
    Language,

    /// <summary>By where they come from: as their data set says, else the set, else the file; of built-in prompts the task.</summary>
    Source,
}
