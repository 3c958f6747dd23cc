namespace DcrDsl.Specs;

/// <summary>The base model of an experiment.</summary>
public abstract record ModelSpec : StageSpec
{
    /// <inheritdoc/>
    public override string Kind => "base model";

    /// <summary>Number of decoder blocks; null if it is known only when the model is opened.</summary>
    public abstract int? Depth { get; }

    /// <summary>The directory that knows the depth where <see cref="Depth"/> does not, as declared; null: there is none.</summary>
    public virtual string? Directory => null;

    /// <summary>
    /// The judge that belongs to the model's own world, for an evaluation that names none; null: there is none, so the evaluation must name
    /// one.
    /// </summary>
    public virtual JudgeSpec? OwnJudge => null;

    /// <summary>How many tokens the vocabulary has; null if that is known only when the model is opened.</summary>
    public virtual int? Vocabulary => null;

    /// <summary>
    /// Threads one stage run uses; 0 = all that the run is given. Small models train faster side by side with one thread each.
    /// </summary>
    public virtual int ThreadsPerRun => 0;
}

/// <summary>
/// A Llama-style decoder over ToyWorld's words (RMSNorm, rotary positions, grouped-query attention, SwiGLU, untied head),
/// with random weights drawn from the seed. The defaults have 262,592 parameters.
/// </summary>
[RuntimeCall("ToyWorldModel.Create")]
public sealed record ToyLlama : ModelSpec
{
    /// <summary>Number of decoder blocks.</summary>
    [Range(1)]
    public int Layers { get; init; } = 4;

    /// <summary>Width of the residual stream; a multiple of <see cref="Heads"/>.</summary>
    [Range(1)]
    public int Width { get; init; } = 64;

    /// <summary>Attention heads.</summary>
    [Range(1)]
    public int Heads { get; init; } = 4;

    /// <summary>Key-value heads, shared by groups of attention heads; divides <see cref="Heads"/>.</summary>
    [Range(1)]
    public int KeyValueHeads { get; init; } = 4;

    /// <summary>Inner width of the feed-forward block.</summary>
    [Range(1)]
    public int FeedForward { get; init; } = 160;

    /// <summary>Base of the rotary frequencies.</summary>
    [Range(0, ExclusiveMinimum = true)]
    public double RopeTheta { get; init; } = 10_000;

    /// <summary>Added to the mean square in RMSNorm.</summary>
    [Range(0, ExclusiveMinimum = true)]
    public double NormEpsilon { get; init; } = 1e-5;

    /// <inheritdoc/>
    public override int? Depth => Layers;

    /// <inheritdoc/>
    public override JudgeSpec OwnJudge => ToyWorld.Judge;

    /// <inheritdoc/>
    public override int? Vocabulary => ToyWorld.VocabularySize;

    /// <inheritdoc/>
    public override int ThreadsPerRun => 1;
}
