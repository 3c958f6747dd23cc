using DcrDsl.Specs;

namespace DcrDsl.Experiments;

/// <summary>
/// On a real model, does contrastive refinement before safety tuning reduce over-refusal on prompts that nothing was trained on, and what
/// does it cost in defence?
/// </summary>
/// <remarks>
/// One seed takes under 20 minutes on two cores at these sizes. XSTest's safe prompts are trained on, so they are set apart;
/// OR-Bench-Hard is what answers the question. Needs the model's directory and a folder with the public files that docs/results.md lists:
/// <c>--path model=DIR --path data=DIR</c>.
/// </remarks>
[DcrExperiment("real-model")]
public partial record RealModel
{
    public ModelSpec Base { get; init; } = RealStages.Model;

    public ContrastiveRefinement Dcr { get; init; } = RealStages.Refinement with { LayerDepth = null, Layer = 15 };

    public SupervisedFineTuning Align { get; init; } = RealStages.Tuning;

    public EvaluationGrid Score { get; init; } = RealStages.Test;

    /// <summary>The model as shipped.</summary>
    [Arm("base")]
    public static RealModel Untuned => new() { Dcr = ContrastiveRefinement.None, Align = SupervisedFineTuning.None };

    /// <summary>Safety tuning alone.</summary>
    [Arm("STL", Role = ArmRole.Reference)]
    public static RealModel Stl => new() { Dcr = ContrastiveRefinement.None };

    /// <summary>Safety tuning with the refinement's seemingly toxic prompts in the mixture, answered by the model itself.</summary>
    [Arm("STL-aug")]
    public static RealModel StlAug => Stl with { Align = Stl.Align with { Augmentation = RealStages.Augmentation } };

    /// <summary>Contrastive refinement, then safety tuning.</summary>
    [Arm("DCR", Role = ArmRole.Subject)]
    public static RealModel Full => new();

    [Seeds]
    public static int[] Seeds => [0];
}
