using DcrDsl.Specs;

namespace DcrDsl.Experiments;

/// <summary>On a real model, does it matter when the refinement comes: before safety tuning, in its middle, or twice?</summary>
/// <remarks>
/// Safety tuning takes two stages of one epoch each in all arms, so that something can stand between them. Scored on the validation part.
/// <c>--path model=DIR --path data=DIR</c>.
/// </remarks>
[DcrExperiment("real-order")]
public partial record RealOrder
{
    public ModelSpec Base { get; init; } = RealStages.Model;

    public ContrastiveRefinement Before { get; init; } = ContrastiveRefinement.None;

    public SupervisedFineTuning First { get; init; } = RealStages.Tuning;

    public ContrastiveRefinement Between { get; init; } = ContrastiveRefinement.None;

    public SupervisedFineTuning Second { get; init; } = RealStages.Tuning;

    public EvaluationGrid Score { get; init; } = RealStages.Validation;

    /// <summary>Safety tuning alone.</summary>
    [Arm("STL", Role = ArmRole.Reference)]
    public static RealOrder Stl => new();

    /// <summary>As in the paper.</summary>
    [Arm("DCR, STL", Role = ArmRole.Subject)]
    public static RealOrder Earliest => new() { Before = RealStages.Refinement };

    /// <summary>Refinement between the two halves of safety tuning.</summary>
    [Arm("half, DCR, half")]
    public static RealOrder Middle => new() { Between = RealStages.Refinement };

    /// <summary>Refinement before safety tuning and in its middle.</summary>
    [Arm("DCR, half, DCR, half")]
    public static RealOrder Twice => Earliest with { Between = RealStages.Refinement };

    [Seeds]
    public static int[] Seeds => [0];
}
