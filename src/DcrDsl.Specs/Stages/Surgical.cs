namespace DcrDsl.Specs;

/// <summary>
/// Surgical (Wang et al., ICLR 2025, arXiv 2410.03415): the direction along which falsely refused prompts differ from general ones, cleaned
/// of the direction of true refusal, is taken out of the residual stream. No weight is trained.
/// </summary>
public sealed record Surgical : Stage
{
    /// <inheritdoc/>
    public override string Kind => "Surgical steering";

    /// <summary>Leaves the stage out of an arm.</summary>
    public static Surgical None => null!;

    /// <summary>The same prompts give the same directions.</summary>
    public override bool DependsOnSeed =>
        new[] { Toxic, OverRefused, General, OverRefusedValidation, GeneralValidation }.Any(s => s is { DependsOnSeed: true });

    /// <summary>Toxic prompts; those that the model refuses show what true refusal looks like.</summary>
    [Required("ToyWorld.RefinementToxic"), TrainedOn, ToldApart(PromptClass.Toxic, PromptClass.SeeminglyToxic)]
    [ApartFrom(nameof(OverRefused), nameof(General))]
    public PromptSource? Toxic { get; init; }

    /// <summary>Seemingly toxic prompts; those that the model refuses show what false refusal looks like.</summary>
    [Required("ToyWorld.RefinementSeeminglyToxic"), TrainedOn, ToldApart(PromptClass.SeeminglyToxic, PromptClass.Toxic)]
    public PromptSource? OverRefused { get; init; }

    /// <summary>General prompts; those that the model answers are what both are compared with.</summary>
    [Required("ToyWorld.AlignmentGeneral"), TrainedOn, ToldApart(PromptClass.General, PromptClass.Toxic)]
    [ApartFrom(nameof(OverRefused))]
    public PromptSource? General { get; init; }

    /// <summary>
    /// Seemingly toxic prompts by which a direction is chosen; null: those of <see cref="OverRefused"/> behind the ones that are learnt
    /// from.
    /// </summary>
    [TrainedOn, ToldApart(PromptClass.SeeminglyToxic, PromptClass.Toxic), ApartFrom(nameof(OverRefused), nameof(Toxic))]
    public PromptSource? OverRefusedValidation { get; init; }

    /// <summary>
    /// General prompts by which a direction is chosen; null: those of <see cref="General"/> behind the ones that are learnt from.
    /// </summary>
    [TrainedOn, ToldApart(PromptClass.General, PromptClass.Toxic), ApartFrom(nameof(General), nameof(OverRefused))]
    public PromptSource? GeneralValidation { get; init; }

    /// <summary>Prompts of each class that are learnt from, before the model itself decides which of them are kept.</summary>
    [Range(2)]
    public int TrainingPrompts { get; init; } = 128;

    /// <summary>Prompts of a class by which a direction is chosen.</summary>
    [Range(1)]
    public int ValidationPrompts { get; init; } = 32;

    /// <summary>What a refusal begins with; the first token of each counts. They are those of the model's family.</summary>
    public ValueList<string> RefusalOpeners { get; init; } = ValueList.Of(["I"]);

    /// <summary>
    /// p: directions are looked for at the last p tokens of the prompts; null: at those that all prompts end with, the template's.
    /// </summary>
    [Range(1)]
    public int? Positions { get; init; }

    /// <summary>λ: how much of true refusal is taken out of the direction of false refusal.</summary>
    [Range(0, 1)]
    public double Orthogonalisation { get; init; } = 1;

    /// <summary>
    /// The first block, counted from 1, at whose input a direction is looked for; null: the one at <see cref="StartDepth"/>. At the first
    /// of all, the template's tokens are the same for every prompt and there is no direction.
    /// </summary>
    [Range(1), Layer]
    public int? StartLayer { get; init; }

    /// <summary>The first block as a fraction of the model's depth.</summary>
    [Range(0, 1)]
    public double StartDepth { get; init; }

    /// <summary>Directions are looked for before this fraction of the model's depth, and in two blocks at least.</summary>
    [Range(0, 1, ExclusiveMinimum = true)]
    public double EndDepth { get; init; } = 0.8;

    /// <summary>
    /// The most that a direction's ablation may change what the model says to general prompts: KL(before ‖ after) of the first response
    /// token, in nats, as a mean.
    /// </summary>
    [Range(0, ExclusiveMinimum = true)]
    public double KlThreshold { get; init; } = 0.2;

    /// <summary>How many of the best directions are ablated, together.</summary>
    [Range(1)]
    public int Directions { get; init; } = 1;

    /// <summary>c: the share of the direction that is taken out.</summary>
    [Range(0, ExclusiveMinimum = true)]
    public double Share { get; init; } = 1;

    /// <summary>The direction of true refusal, added beside it; null: none is.</summary>
    public RefusalAddition? Addition { get; init; }

    /// <summary>
    /// Whether the direction is taken out of the weights once, so that answers cost what they cost before, and not out of the states each
    /// time.
    /// </summary>
    public bool Fold { get; init; }

    /// <summary>Prompts read side by side.</summary>
    [Range(1)]
    public int Batch { get; init; } = 32;
}

/// <summary>The direction of true refusal, added to the states at the input of the block that it was found at.</summary>
public sealed record RefusalAddition
{
    /// <summary>a: how much of it is added.</summary>
    [Range(0, ExclusiveMinimum = true)]
    public double Strength { get; init; } = 0.2;

    /// <summary>The most that the whole direction, added, may change what the model says to general prompts, in nats.</summary>
    [Range(0, ExclusiveMinimum = true)]
    public double KlThreshold { get; init; } = 2;
}
