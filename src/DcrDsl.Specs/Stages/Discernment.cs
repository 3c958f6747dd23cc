namespace DcrDsl.Specs;

/// <summary>
/// Validation prompts that tell whether a refinement discerns: how far their hidden states after layer ℓ can be told apart before and
/// after it, beside the loss that it would have without. They can also choose ℓ before the first step and end the stage early.
/// </summary>
public sealed record Discernment
{
    /// <summary>Seemingly toxic prompts, held out: validation prompts.</summary>
    [Required("ToyWorld.WatchedSeeminglyToxic"), Watched, ToldApart(PromptClass.SeeminglyToxic, PromptClass.Toxic)]
    public PromptSource? SeeminglyToxic { get; init; }

    /// <summary>Toxic prompts, held out: validation prompts.</summary>
    [Required("ToyWorld.WatchedToxic"), Watched, ToldApart(PromptClass.Toxic, PromptClass.SeeminglyToxic)]
    [ApartFrom(nameof(SeeminglyToxic))]
    public PromptSource? Toxic { get; init; }

    /// <summary>
    /// Says that the prompts were also trained on, which is an error without it: what is told apart may then be learnt by heart.
    /// </summary>
    public bool InDistribution { get; init; }

    /// <summary>Steps between two readings; 0: only before the first step and after the last.</summary>
    [Range(0, 1_000_000)]
    public int Every { get; init; }

    /// <summary>
    /// Chooses ℓ by the untouched model, in place of <see cref="ContrastiveRefinement.Layer"/>; null: ℓ is as declared.
    /// </summary>
    [OmittedAtDefault]
    public ByProbe? ChooseLayer { get; init; }

    /// <summary>
    /// Ends the stage before its last step, so that <see cref="ContrastiveRefinement.Steps"/> is the most there can be; null: never.
    /// </summary>
    [OmittedAtDefault]
    public Separated? StopWhen { get; init; }

    /// <summary>
    /// Parts into which the prompts of each class are dealt, by the seed; the probe is fitted to all parts but one and tried on that one.
    /// </summary>
    [Range(2, 100)]
    public int Folds { get; init; } = 5;

    /// <summary>How strongly the probe's weights are held down, in units of the states' mean squared length.</summary>
    [Range(0, ExclusiveMinimum = true)]
    public double Ridge { get; init; } = 0.01;

    /// <summary>Prompts read side by side.</summary>
    [Range(1)]
    public int Batch { get; init; } = 100;
}

/// <summary>
/// The lowest layer at which a linear probe tells held-out prompts apart as well as at the best, up to one standard error: its AUC, mean
/// over folds, is at least the highest one less the standard error that this one has over folds.
/// </summary>
public sealed record ByProbe
{
    /// <summary>The candidates, counted from 1; none: all layers.</summary>
    [Layer]
    public ValueList<int> Layers { get; init; } = ValueList<int>.Empty;
}

/// <summary>
/// A rule that ends a refinement: held-out prompts are separated. Rate and schedule stay those of the declared number of steps.
/// </summary>
public sealed record Separated
{
    /// <summary>
    /// The AUC of cosine similarity as a score for "of one class", over pairs of held-out prompts, from which on they are separated.
    /// </summary>
    [Range(0, 1)]
    public double Auc { get; init; } = 0.95;

    /// <summary>Steps between two looks; before the first step it is not asked.</summary>
    [Range(1, 1_000_000)]
    public int Every { get; init; } = 10;

    /// <summary>Looks one after another that must find them separated.</summary>
    [Range(1, 1000)]
    public int InARow { get; init; } = 1;
}
