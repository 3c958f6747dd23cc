using DcrDsl.Specs;

namespace DcrDsl.Experiments;

/// <summary>The paper's table on a real model: which method answers more of what only looks toxic, and what does it cost?</summary>
/// <remarks>Seven arms at the sizes of <c>real-model</c>; <c>--path model=DIR --path data=DIR</c>.</remarks>
[DcrExperiment("real-paper-table")]
public partial record RealPaperTable
{
    public ModelSpec Base { get; init; } = RealStages.Model;

    public ContrastiveRefinement Dcr { get; init; } = RealStages.Refinement;

    public SupervisedFineTuning Align { get; init; } = RealStages.Tuning;

    public PreferenceTuning Prefer { get; init; } = PreferenceTuning.None;

    public Surgical Cut { get; init; } = Specs.Surgical.None;

    public Scans Steer { get; init; } = Specs.Scans.None;

    public EvaluationGrid Score { get; init; } = RealStages.Test;

    /// <summary>The model as shipped.</summary>
    [Arm("base")]
    public static RealPaperTable Untuned => Stl with { Align = SupervisedFineTuning.None };

    /// <summary>Safety tuning alone.</summary>
    [Arm("STL", Role = ArmRole.Reference)]
    public static RealPaperTable Stl => new() { Dcr = ContrastiveRefinement.None };

    /// <summary>Safety tuning with the refinement's seemingly toxic prompts in the mixture, answered by the model itself.</summary>
    [Arm("STL-aug")]
    public static RealPaperTable StlAug => Stl with { Align = RealStages.Tuning with { Augmentation = RealStages.Augmentation } };

    /// <summary>Safety tuning, then the direction of false refusal is taken out of the weights.</summary>
    [Arm("Surgical")]
    public static RealPaperTable Surgical => Stl with { Cut = RealStages.Cutting };

    /// <summary>Safety tuning, then each answer is steered by a score of its query.</summary>
    [Arm("SCANS")]
    public static RealPaperTable Scans => Stl with { Steer = RealStages.Steering };

    /// <summary>Contrastive refinement, then safety tuning.</summary>
    [Arm("DCR", Role = ArmRole.Subject)]
    public static RealPaperTable Refined => new();

    /// <summary>Contrastive refinement, safety tuning, preference tuning.</summary>
    [Arm("DCR + DPO")]
    public static RealPaperTable Preferred => new() { Prefer = RealStages.Preferring };

    [Seeds]
    public static int[] Seeds => [0];
}
