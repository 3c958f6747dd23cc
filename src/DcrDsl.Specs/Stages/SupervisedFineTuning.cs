namespace DcrDsl.Specs;

/// <summary>
/// Safety tuning ("STL"): supervised fine-tuning on general instructions and a share of refusals of toxic prompts; loss on response tokens
/// only.
/// </summary>
public sealed record SupervisedFineTuning : TextTraining
{
    /// <inheritdoc/>
    public override string Kind => "supervised fine-tuning";

    /// <summary>Leaves the stage out of an arm.</summary>
    public static SupervisedFineTuning None => null!;

    /// <summary>The steps of all epochs, where every source is limited by <see cref="PromptSource.Take"/>.</summary>
    public override int? MostSteps
    {
        get
        {
            if (General?.Take is not { } general || Batch < 1 || RefusalShare >= 1 || Augmentation is { Take: null })
                return null;
            double examples = general + Math.Round(RefusalShare / (1 - RefusalShare) * general) + (Augmentation?.Take ?? 0);
            return (int)Math.Min(Epochs * Math.Ceiling(examples / Batch), int.MaxValue);
        }
    }

    /// <summary>General prompts with answers.</summary>
    [Required("ToyWorld.AlignmentGeneral"), TrainedOn(NeedsAnswers = true)]
    public PromptSource? General { get; init; }

    /// <summary>Toxic prompts with refusals; as many are taken, from the front, as <see cref="RefusalShare"/> asks for.</summary>
    [Required("ToyWorld.AlignmentRefusals", UnlessZero = nameof(RefusalShare)), TrainedOn(NeedsAnswers = true)]
    [ApartFrom(nameof(General), nameof(Augmentation)), KeptApart("toxic prompts")]
    public PromptSource? Refusals { get; init; }

    /// <summary>Refusals as a share of general prompts and refusals together.</summary>
    [Range(0, 0.99)]
    public double RefusalShare { get; init; } = 0.09;

    /// <summary>Prompts with answers added to the mixture, for example seemingly toxic ones (the arm "STL-aug"); null: none.</summary>
    [TrainedOn(NeedsAnswers = true)]
    public PromptSource? Augmentation { get; init; }

    /// <summary>
    /// Refinement stages whose toxic prompts are taken out of <see cref="Refusals"/> at run time, by property name. Needed where both
    /// are declared from the same part of the same data; the paper's two sets are disjoint.
    /// </summary>
    [Excludes("toxic prompts")]
    public ValueList<string> DisjointFrom { get; init; } = ValueList<string>.Empty;

    /// <summary>Answers are cut after so many tokens; a cut answer has no end token to learn. Null: answers are learnt whole.</summary>
    [Range(1), PassedTo("TextBatches.OnResponses")]
    public int? MaxResponseTokens { get; init; }

    /// <summary>What is trained in place of the weights; null: the weights themselves, all of them.</summary>
    public LowRankAdapter? Adapter { get; init; }

    /// <summary>
    /// Batches are cut from so many batches' worth of shuffled examples, sorted by length, and then shuffled themselves: examples of a
    /// batch are alike in length, and attention reads more of them at once. 1: batches are drawn without regard to length.
    /// </summary>
    [Range(1), PassedTo("TextBatches.OnResponses")]
    public int LengthWindow { get; init; } = 1;

    /// <summary>Passes over the mixture; the last batch of each is what is left of it.</summary>
    [Range(1)]
    public int Epochs { get; init; } = 2;
}
