namespace DcrDsl.Specs;

/// <summary>What an experiment declares as a property: the base model, or a stage of the pipeline.</summary>
public abstract record StageSpec
{
    /// <summary>The kind of stage, for people.</summary>
    public abstract string Kind { get; }

    /// <summary>
    /// Whether the seed can change what comes out, given what goes in. Where it cannot, and nothing before it did, a stage runs once for
    /// all seeds and its result is one value.
    /// </summary>
    public virtual bool DependsOnSeed => true;
}
