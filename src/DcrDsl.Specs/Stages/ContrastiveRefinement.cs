namespace DcrDsl.Specs;

/// <summary>
/// Contrastive refinement (DCR, stage 1): the hidden states of seemingly toxic and toxic prompts after block ℓ are pushed apart.
/// Only blocks 1 … ℓ and the embedding are trained, and only they are run.
/// </summary>
public sealed record ContrastiveRefinement : TrainingStage
{
    /// <summary>
    /// Refinement with the defaults of its class: peak rate 3e-4, 5 steps of warm-up, cosine to 0, 32 + 32 prompts a step.
    /// </summary>
    public ContrastiveRefinement()
    {
        LearningRate = 3e-4;
        Schedule = new Cosine { Warmup = 5 };
        Batch = 64;
    }

    /// <inheritdoc/>
    public override string Kind => "contrastive refinement";

    /// <summary>Leaves the stage out of an arm.</summary>
    public static ContrastiveRefinement None => null!;

    /// <inheritdoc/>
    public override int? MostSteps => Steps;

    /// <summary>Prompts that look toxic and are not: label 0.</summary>
    [Required("ToyWorld.RefinementSeeminglyToxic"), TrainedOn, ToldApart(PromptClass.SeeminglyToxic, PromptClass.Toxic)]
    public PromptSource? SeeminglyToxic { get; init; }

    /// <summary>Toxic prompts: label 1.</summary>
    [Required("ToyWorld.RefinementToxic"), TrainedOn, ToldApart(PromptClass.Toxic, PromptClass.SeeminglyToxic)]
    [ApartFrom(nameof(SeeminglyToxic)), KeptApart("toxic prompts")]
    public PromptSource? Toxic { get; init; }

    /// <summary>The layer ℓ: the hidden state after block ℓ, counted from 1, is what the objective sees.</summary>
    [Range(1), Layer]
    public int Layer { get; init; } = 2;

    /// <summary>How a prompt's hidden states become one vector.</summary>
    public Pooling Pooling { get; init; } = Pooling.LastPromptToken;

    /// <summary>The objective.</summary>
    public ContrastiveObjective Objective { get; init; } = new CircleLoss();

    /// <summary>Share of seemingly toxic prompts in a batch.</summary>
    [Range(0, 1)]
    public double SeeminglyToxicShare { get; init; } = 0.5;

    /// <summary>How the prompts of a batch are drawn.</summary>
    public PairSampling Sampling { get; init; } = PairSampling.Balanced;

    /// <summary>What the labels are: a control shuffles them.</summary>
    public PairLabels Labels { get; init; } = PairLabels.Class;

    /// <summary>
    /// Whether parameters above ℓ stay as they are. They get no gradient from a loss read at ℓ, so it matters only for weight decay
    /// and for a head that is tied to the embedding: with tail freezing, neither touches them.
    /// </summary>
    public bool TailFreezing { get; init; } = true;

    /// <summary>Optimiser steps.</summary>
    [Range(1)]
    public int Steps { get; init; } = 120;
}

/// <summary>How the prompts of a refinement batch are drawn.</summary>
public enum PairSampling
{
    /// <summary>
    /// A weighted sampler: the declared share of each class, each prompt equally likely within its class, with replacement.
    /// </summary>
    [RuntimeCall("PairBatches.Balanced")]
    Balanced,

    /// <summary>
    /// Matched minimal pairs: a seemingly toxic prompt comes with the toxic prompt that differs only in what makes it toxic. Needs a source
    /// that knows its pairs.
    /// </summary>
    [RuntimeCall("PairBatches.Matched")]
    Matched,
}

/// <summary>What the labels of the refinement are.</summary>
public enum PairLabels
{
    /// <summary>The prompts' classes.</summary>
    Class,

    /// <summary>A control: the classes shuffled once over all prompts, so that there is nothing to discern.</summary>
    Random,
}
