using DcrDsl.Specs;

namespace DcrDsl.Experiments;

/// <summary>Does it matter when the refinement comes: before safety tuning, after it, in its middle, or twice?</summary>
/// <remarks>Safety tuning takes two stages of one epoch each in all arms, so that something can stand between them.</remarks>
[DcrExperiment("orders")]
public partial record Orders
{
    public ModelSpec Base { get; init; } = new ToyLlama { Layers = 4, Width = 64 };

    public Pretrain Learn { get; init; } =
        new()
        {
            Data = ToyWorld.Pretraining,
            Steps = 700,
            LengthWindow = 8,
        };

    public ContrastiveRefinement Before { get; init; } = Refine;

    public SupervisedFineTuning First { get; init; } = Tune;

    public ContrastiveRefinement Between { get; init; } = Refine;

    public SupervisedFineTuning Second { get; init; } = Tune;

    public ContrastiveRefinement After { get; init; } = Refine;

    public EvaluationGrid Score { get; init; } =
        new() { Tasks = [ToyWorld.SeeminglyToxic, ToyWorld.Toxic, ToyWorld.General], Judge = ToyWorld.Judge };

    /// <summary>Safety tuning alone.</summary>
    [Arm("STL", Role = ArmRole.Reference)]
    public static Orders Stl =>
        new()
        {
            Before = ContrastiveRefinement.None,
            Between = ContrastiveRefinement.None,
            After = ContrastiveRefinement.None,
        };

    /// <summary>As in the paper.</summary>
    [Arm("DCR, STL", Role = ArmRole.Subject)]
    public static Orders Earliest => Stl with { Before = Refine };

    /// <summary>Refinement between the two halves of safety tuning.</summary>
    [Arm("half, DCR, half")]
    public static Orders Middle => Stl with { Between = Refine };

    /// <summary>Refinement before safety tuning and in its middle.</summary>
    [Arm("DCR, half, DCR, half")]
    public static Orders Twice => Stl with { Before = Refine, Between = Refine };

    /// <summary>Refinement of the model that safety tuning leaves, with nothing behind it.</summary>
    [Arm("STL, DCR")]
    public static Orders Last => Stl with { After = Refine };

    [Seeds]
    public static int[] Seeds => [0, 1, 2];

    static ContrastiveRefinement Refine =>
        new()
        {
            SeeminglyToxic = ToyWorld.RefinementSeeminglyToxic,
            Toxic = ToyWorld.RefinementToxic,
            Layer = 2,
            Objective = new CircleLoss { Margin = 0.25, Scale = 80 },
            Steps = 120,
            LearningRate = 1e-3,
        };

    static SupervisedFineTuning Tune =>
        new()
        {
            General = ToyWorld.AlignmentGeneral,
            Refusals = ToyWorld.AlignmentRefusals,
            RefusalShare = 0.09,
        };
}
