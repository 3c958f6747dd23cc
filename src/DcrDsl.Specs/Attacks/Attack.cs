namespace DcrDsl.Specs;

/// <summary>
/// A transform of prompts with which one tries to get past a model's defence. The evaluation asks every attacked prompt as it is, too, and
/// seemingly toxic prompts through the same transform, so that a model that refuses whatever looks odd is seen to do so.
/// </summary>
public abstract record Attack
{
    /// <summary>What it is called in tables and results: a C# identifier, unique in the grid; empty: the name of its record.</summary>
    public string Name { get; init; } = "";

    /// <summary>
    /// The names of the tasks whose prompts it is put on; empty: all those with toxic or seemingly toxic prompts. General prompts are never
    /// attacked.
    /// </summary>
    public ValueList<string> Tasks { get; init; } = ValueList<string>.Empty;

    /// <summary>What it is called, as it was named or by itself.</summary>
    public string Label => Name.Length > 0 ? Name : OwnLabel;

    /// <summary>What it is called where it was not named.</summary>
    protected virtual string OwnLabel => GetType().Name;

    /// <summary>Whether the seed decides on what is asked.</summary>
    public virtual bool DependsOnSeed => false;

    /// <summary>Whether it is put on the prompts of a task.</summary>
    public bool IsOn(EvaluationTask task) => task.CanBeAttacked && (Tasks.Count == 0 || Tasks.Contains(task.Name));
}
