namespace DcrDsl.Specs;

/// <summary>Where prompts, and where wanted their answers, come from.</summary>
public abstract record PromptSource
{
    /// <summary>The class of every prompt of this source.</summary>
    public PromptClass Class { get; init; } = PromptClass.General;

    /// <summary>At most so many prompts, from the front; null: all.</summary>
    [Range(1)]
    public int? Take { get; init; }

    /// <summary>Whether the prompts come with answers.</summary>
    public abstract bool HasAnswers { get; }

    /// <summary>Whether the prompts come with two answers each, of which one is preferred.</summary>
    public virtual bool HasPairs => false;

    /// <summary>
    /// Whether prompts know their partners in the other class, from which they differ in little (<see cref="PairSampling.Matched"/>).
    /// </summary>
    public virtual bool KnowsPartners => false;

    /// <summary>Whether the seed decides on the prompts; a file's are the same for every seed.</summary>
    public virtual bool DependsOnSeed => true;

    /// <summary>
    /// Whether prompts are made from templates, so that different ones share most of their words by construction: of such, words in a row
    /// are no overlap with training (<see cref="Leakage"/>), and only whole prompts are compared; two such sources are compared only where
    /// one says that it <see cref="MayOverlap"/> with the other.
    /// </summary>
    public virtual bool FromTemplates => false;

    /// <summary>What the reader of results about these prompts must know; null: nothing.</summary>
    public virtual string? Caveat => null;

    /// <summary>When a completion gives one of its answers, unless a task says otherwise.</summary>
    public virtual Comparison OwnComparison => new ExactMatch();

    /// <summary>
    /// Whether this source and <paramref name="other"/> can hold the same prompt, as far as their declarations tell.
    /// </summary>
    public abstract bool MayOverlap(PromptSource other);

    /// <summary>Whether the prompts can come from a file at this path, or in this folder, as far as the declarations tell.</summary>
    public virtual bool MayComeFrom(string path) => false;
}
