using DcrDsl.Specs;

namespace DcrDsl.Experiments;

/// <summary>On a real model, after which layer should the refinement read the hidden states?</summary>
/// <remarks>Scored on the validation part: choose here, report elsewhere. <c>--path model=DIR --path data=DIR</c>.</remarks>
[DcrExperiment("real-layers")]
public partial record RealLayers
{
    public ModelSpec Base { get; init; } = RealStages.Model;

    public ContrastiveRefinement Dcr { get; init; } = RealStages.Refinement;

    public SupervisedFineTuning Align { get; init; } = RealStages.Tuning;

    public EvaluationGrid Score { get; init; } = RealStages.Validation;

    /// <summary>Safety tuning alone.</summary>
    [Arm("STL", Role = ArmRole.Reference)]
    public static RealLayers Stl => new() { Dcr = ContrastiveRefinement.None };

    /// <summary>Contrastive refinement, then safety tuning.</summary>
    [Arm("DCR", Role = ArmRole.Subject)]
    public static RealLayers Refined => new();

    [Sweep("Dcr.LayerDepth")]
    public static double[] Depths => [0.25, 0.5, 0.75];

    [Seeds]
    public static int[] Seeds => [0];
}
