using DcrDsl.Specs;

namespace DcrDsl.Experiments;

/// <summary>On a real model, does a refinement that is held on general prompts keep what the model knew?</summary>
/// <remarks>Scored on the validation part: choose here, report elsewhere. <c>--path model=DIR --path data=DIR</c>.</remarks>
[DcrExperiment("real-retain")]
public partial record RealRetain
{
    public ModelSpec Base { get; init; } = RealStages.Model;

    public ContrastiveRefinement Dcr { get; init; } =
        RealStages.Refinement with
        {
            General = RealStages.HeldGeneral,
            Retain = [new HiddenStateDistance()],
        };

    public SupervisedFineTuning Align { get; init; } = RealStages.Tuning;

    public EvaluationGrid Score { get; init; } = RealStages.Validation;

    /// <summary>Safety tuning alone.</summary>
    [Arm("STL", Role = ArmRole.Reference)]
    public static RealRetain Stl => new() { Dcr = ContrastiveRefinement.None };

    /// <summary>A refinement that nothing holds, then safety tuning.</summary>
    [Arm("DCR, not held")]
    public static RealRetain Free => new() { Dcr = RealStages.Refinement };

    /// <summary>Contrastive refinement, then safety tuning.</summary>
    [Arm("DCR", Role = ArmRole.Subject)]
    public static RealRetain Refined => new();

    [Sweep("Dcr.Retain.HiddenStateDistance.Weight")]
    public static double[] Weights => [1, 10, 100];

    [Seeds]
    public static int[] Seeds => [0];
}
