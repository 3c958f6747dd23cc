namespace DcrDsl.Specs;

/// <summary>
/// Contrastive refinement (DCR, stage 1): the hidden states of seemingly toxic and toxic prompts after block ℓ are pushed apart.
/// Only blocks 1 … ℓ and the embedding are trained, and only they are run.
/// </summary>
[Lacks(
    nameof(TextTraining.Accumulate),
    "its objective compares all prompts of a batch with each other, so parts of a batch have another loss; Recompute saves memory and "
        + "changes none"
)]
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

    /// <summary>
    /// General prompts: what <see cref="Retain"/> holds the model on, with their answers where they have some, and a part of each batch of
    /// pairs where <see cref="GeneralShare"/> says so. Null: none.
    /// </summary>
    [OmittedAtDefault, Required("ToyWorld.RefinementGeneral", UnlessZero = nameof(GeneralShare)), TrainedOn]
    [ApartFrom(nameof(SeeminglyToxic), nameof(Toxic)), ToldApart(PromptClass.General, PromptClass.Toxic)]
    public PromptSource? General { get; init; }

    /// <summary>The layer ℓ: the hidden state after block ℓ, counted from 1, is what the objective sees.</summary>
    [Range(1), Layer]
    public int Layer { get; init; } = 2;

    /// <summary>
    /// ℓ as a fraction of the model's depth, for models of another size, in place of <see cref="Layer"/>: the nearest block, 0.5 of 30 is
    /// the fifteenth. Null: as <see cref="Layer"/> says.
    /// </summary>
    [OmittedAtDefault, Range(0, 1, ExclusiveMinimum = true)]
    public double? LayerDepth { get; init; }

    /// <summary>
    /// Validation prompts by which the stage says whether it discerned, and by which it can choose ℓ and stop early; null: it says
    /// nothing.
    /// </summary>
    [OmittedAtDefault]
    public Discernment? Discernment { get; init; }

    /// <summary>How a prompt's hidden states become one vector.</summary>
    public Pooling Pooling { get; init; } = Pooling.LastPromptToken;

    /// <summary>The objective.</summary>
    public ContrastiveObjective Objective { get; init; } = new CircleLoss();

    /// <summary>Share of seemingly toxic prompts in a batch, general ones not counted.</summary>
    [Range(0, 1)]
    public double SeeminglyToxicShare { get; init; } = 0.5;

    /// <summary>Share of general prompts in a batch of pairs; 0: the objective sees none.</summary>
    [OmittedAtDefault, Range(0, 0.9)]
    public double GeneralShare { get; init; }

    /// <summary>What general prompts are to the objective.</summary>
    [OmittedAtDefault]
    public GeneralLabel GeneralLabel { get; init; } = GeneralLabel.ClassOfItsOwn;

    /// <summary>How the prompts of a batch are drawn.</summary>
    public PairSampling Sampling { get; init; } = PairSampling.Balanced;

    /// <summary>What the labels are: a control shuffles them.</summary>
    public PairLabels Labels { get; init; } = PairLabels.Class;

    /// <summary>
    /// Whether parameters above ℓ stay as they are. They get no gradient from a loss read at ℓ, so it matters only for weight decay
    /// and for a head that is tied to the embedding: with tail freezing, neither touches them.
    /// </summary>
    public bool TailFreezing { get; init; } = true;

    /// <summary>
    /// Terms that hold the model to what it was: they are added to the objective, each with its weight. Empty: nothing does.
    /// </summary>
    [OmittedAtDefault]
    public ValueList<RetainTerm> Retain { get; init; } = ValueList<RetainTerm>.Empty;

    /// <summary>General prompts a step for <see cref="Retain"/>.</summary>
    [OmittedAtDefault, Range(1)]
    public int RetainBatch { get; init; } = 16;

    /// <summary>
    /// What is trained in place of the weights, in blocks 1 … ℓ only, and merged into them at the end; null: the weights themselves.
    /// </summary>
    [OmittedAtDefault]
    public LowRankAdapter? Adapter { get; init; }

    /// <summary>Optimiser steps.</summary>
    [Range(1)]
    public int Steps { get; init; } = 120;
}

/// <summary>What general prompts are to the objective of a refinement.</summary>
public enum GeneralLabel
{
    /// <summary>A third class: label 2.</summary>
    ClassOfItsOwn,

    /// <summary>One class with the seemingly toxic prompts: label 0.</summary>
    SeeminglyToxic,
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
