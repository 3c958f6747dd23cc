namespace DcrDsl.Specs;

/// <summary>
/// SCANS (Cao et al., AAAI 2025, arXiv 2408.11491): each query is scored by how its hidden states change when an agreeing word is put
/// behind it, and its answer is steered towards refusal or away from it. No weight is trained; a query costs one more pass.
/// </summary>
public sealed record Scans : Stage
{
    /// <inheritdoc/>
    public override string Kind => "SCANS steering";

    /// <summary>Leaves the stage out of an arm.</summary>
    public static Scans None => null!;

    /// <summary>The same anchors give the same vectors.</summary>
    public override bool DependsOnSeed => new[] { Toxic, General }.Any(s => s is { DependsOnSeed: true });

    /// <summary>Toxic anchors.</summary>
    [Required("ToyWorld.RefinementToxic"), TrainedOn, ToldApart(PromptClass.Toxic, PromptClass.General), ApartFrom(nameof(General))]
    public PromptSource? Toxic { get; init; }

    /// <summary>Harmless anchors.</summary>
    [Required("ToyWorld.AlignmentGeneral"), TrainedOn, ToldApart(PromptClass.General, PromptClass.Toxic)]
    public PromptSource? General { get; init; }

    /// <summary>Anchors of each class.</summary>
    [Range(2)]
    public int Anchors { get; init; } = 64;

    /// <summary>The agreeing word that is put behind a prompt to score it.</summary>
    public string Suffix { get; init; } = "Sure";

    /// <summary>T: a query with at least this score is steered towards refusal, any other away from it.</summary>
    [Range(-1, 1)]
    public double Threshold { get; init; } = 0.75;

    /// <summary>a: how far a state is moved along its block's steering vector, which has length 1.</summary>
    [Range(0, ExclusiveMinimum = true)]
    public double Strength { get; init; } = 3.5;

    /// <summary>The first block that is steered, counted from 1; null: the one at <see cref="FirstSteeredDepth"/>.</summary>
    [Range(1), Layer]
    public int? FirstSteered { get; init; }

    /// <summary>The first block that is steered, as a fraction of the model's depth: 10 of 32.</summary>
    [Range(0, 1)]
    public double FirstSteeredDepth { get; init; } = 0.3125;

    /// <summary>The last block that is steered, counted from 1; null: the one at <see cref="LastSteeredDepth"/>.</summary>
    [Range(1), Layer]
    public int? LastSteered { get; init; }

    /// <summary>The last block that is steered, as a fraction of the model's depth: 19 of 32.</summary>
    [Range(0, 1)]
    public double LastSteeredDepth { get; init; } = 0.59375;

    /// <summary>The first block whose states score a query, counted from 1; null: the first that is steered.</summary>
    [Range(1), Layer]
    public int? FirstScored { get; init; }

    /// <summary>The last block whose states score a query, counted from 1; null: the model's last.</summary>
    [Range(1), Layer]
    public int? LastScored { get; init; }

    /// <summary>Prompts read side by side.</summary>
    [Range(1)]
    public int Batch { get; init; } = 32;
}
