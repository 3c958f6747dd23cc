using DcrDsl.Specs;

namespace DcrDsl.Experiments;

/// <summary>On a real model, how long should the refinement run, and how fast?</summary>
/// <remarks>Scored on the validation part: choose here, report elsewhere. <c>--path model=DIR --path data=DIR</c>.</remarks>
[DcrExperiment("real-steps")]
public partial record RealSteps
{
    public ModelSpec Base { get; init; } = RealStages.Model;

    public ContrastiveRefinement Dcr { get; init; } = RealStages.Refinement;

    public SupervisedFineTuning Align { get; init; } = RealStages.Tuning;

    public EvaluationGrid Score { get; init; } = RealStages.Validation;

    /// <summary>Safety tuning alone.</summary>
    [Arm("STL", Role = ArmRole.Reference)]
    public static RealSteps Stl => new() { Dcr = ContrastiveRefinement.None };

    /// <summary>Contrastive refinement, then safety tuning.</summary>
    [Arm("DCR", Role = ArmRole.Subject)]
    public static RealSteps Refined => new();

    [Sweep("Dcr.Steps")]
    public static int[] Lengths => [60, 180];

    [Sweep("Dcr.LearningRate")]
    public static double[] Rates => [3e-5, 1e-4];

    [Seeds]
    public static int[] Seeds => [0];
}
