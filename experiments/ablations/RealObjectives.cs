using DcrDsl.Specs;

namespace DcrDsl.Experiments;

/// <summary>On a real model, does the refinement depend on its contrastive loss?</summary>
/// <remarks>Scored on the validation part: choose here, report elsewhere. <c>--path model=DIR --path data=DIR</c>.</remarks>
[DcrExperiment("real-objectives")]
public partial record RealObjectives
{
    public ModelSpec Base { get; init; } = RealStages.Model;

    public ContrastiveRefinement Dcr { get; init; } = RealStages.Refinement;

    public SupervisedFineTuning Align { get; init; } = RealStages.Tuning;

    public EvaluationGrid Score { get; init; } = RealStages.Validation;

    /// <summary>Safety tuning alone.</summary>
    [Arm("STL", Role = ArmRole.Reference)]
    public static RealObjectives Stl => new() { Dcr = ContrastiveRefinement.None };

    /// <summary>Contrastive refinement, then safety tuning.</summary>
    [Arm("DCR", Role = ArmRole.Subject)]
    public static RealObjectives Refined => new();

    [Sweep("Dcr.Objective")]
    public static ContrastiveObjective[] Objectives =>
        [
            new CircleLoss { Margin = 0.25, Scale = 80 },
            new CircleLoss { Margin = 0.25, Scale = 16 },
            new SupConLoss(),
            new TripletMarginLoss(),
        ];

    [Seeds]
    public static int[] Seeds => [0];
}
