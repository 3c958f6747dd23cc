using DcrDsl.Specs;

namespace DcrDsl.Experiments;

/// <summary>On a real model, how many of a batch's prompts should be seemingly toxic, and how many general?</summary>
/// <remarks>Scored on the validation part: choose here, report elsewhere. <c>--path model=DIR --path data=DIR</c>.</remarks>
[DcrExperiment("real-ratio")]
public partial record RealRatio
{
    public ModelSpec Base { get; init; } = RealStages.Model;

    public ContrastiveRefinement Dcr { get; init; } = RealStages.Refinement with { General = RealStages.HeldGeneral };

    public SupervisedFineTuning Align { get; init; } = RealStages.Tuning;

    public EvaluationGrid Score { get; init; } = RealStages.Validation;

    /// <summary>Safety tuning alone.</summary>
    [Arm("STL", Role = ArmRole.Reference)]
    public static RealRatio Stl => new() { Dcr = ContrastiveRefinement.None };

    /// <summary>Contrastive refinement, then safety tuning.</summary>
    [Arm("DCR", Role = ArmRole.Subject)]
    public static RealRatio Refined => new();

    [Sweep("Dcr.SeeminglyToxicShare")]
    public static double[] Shares => [0.25, 0.5, 0.75];

    [Sweep("Dcr.GeneralShare")]
    public static double[] GeneralShares => [0, 0.25];

    [Seeds]
    public static int[] Seeds => [0];
}
