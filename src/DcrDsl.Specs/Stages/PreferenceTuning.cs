namespace DcrDsl.Specs;

/// <summary>
/// Preference tuning: of two answers to the same prompt the preferred one is made likelier than the other, measured against a reference
/// model (DPO and its relatives). It stands for RLHF in the pipeline.
/// </summary>
public sealed record PreferenceTuning : TextTraining
{
    /// <summary>
    /// Preference tuning with the defaults of its class: peak rate 1e-4, 10 steps of warm-up, cosine to 0, 16 pairs a step.
    /// </summary>
    public PreferenceTuning()
    {
        LearningRate = 1e-4;
        Schedule = new Cosine { Warmup = 10 };
        Batch = 16;
    }

    /// <inheritdoc/>
    public override string Kind => "preference tuning";

    /// <summary>Leaves the stage out of an arm.</summary>
    public static PreferenceTuning None => null!;

    /// <summary>The steps of all epochs, where every source is limited by <see cref="PromptSource.Take"/>.</summary>
    public override int? MostSteps =>
        Pairs?.Take is { } pairs && Batch >= 1 && ToxicPairs is null or { Take: not null }
            ? (int)Math.Min(Epochs * Math.Ceiling((pairs + (double)(ToxicPairs?.Take ?? 0)) / Batch), int.MaxValue)
            : null;

    /// <summary>Prompts with two answers each, for example benign ones whose answer is preferred to a refusal.</summary>
    [Required("ToyWorld.PreferencePairs"), TrainedOn, PairsOfAnswers]
    public PromptSource? Pairs { get; init; }

    /// <summary>Toxic prompts with two answers each, of which the refusal is preferred; all are added. Null: none.</summary>
    [TrainedOn, PairsOfAnswers, ApartFrom(nameof(Pairs)), KeptApart("toxic prompts")]
    public PromptSource? ToxicPairs { get; init; }

    /// <summary>
    /// Refinement stages whose toxic prompts are taken out of <see cref="ToxicPairs"/> at run time, by property name. Needed where both are
    /// declared from the same part of the same data.
    /// </summary>
    [Excludes("toxic prompts")]
    public ValueList<string> DisjointFrom { get; init; } = ValueList<string>.Empty;

    /// <summary>What is minimised.</summary>
    public PreferenceObjective Objective { get; init; } = new Dpo();

    /// <summary>
    /// The reference π_ref: the model as a stage before this one in the arm, or the base model's property, has left it, by property name.
    /// Null: as this stage finds it.
    /// </summary>
    [EarlierStage]
    public string? Reference { get; init; }

    /// <summary>
    /// Answers are cut after so many tokens, and a cut answer has no end token; prompts are never cut. Null: answers are compared whole.
    /// </summary>
    [Range(1), PassedTo("PreferenceBatches.Of")]
    public int? MaxResponseTokens { get; init; }

    /// <summary>What is trained in place of the weights; null: the weights themselves, all of them.</summary>
    public LowRankAdapter? Adapter { get; init; }

    /// <summary>Passes over the pairs; the last batch of each is what is left of them.</summary>
    [Range(1)]
    public int Epochs { get; init; } = 1;
}
