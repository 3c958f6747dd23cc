using DcrDsl.Specs;

namespace DcrDsl.Experiments;

/// <summary>Does contrastive refinement before safety tuning reduce over-refusal, and what does it cost in defence?</summary>
[DcrExperiment("quickstart")]
public partial record QuickStart
{
    public ModelSpec Base { get; init; } = new ToyLlama { Layers = 4, Width = 64 };

    public Pretrain Learn { get; init; } =
        new()
        {
            Data = ToyWorld.Pretraining,
            Steps = 700,
            LengthWindow = 8,
        };

    public ContrastiveRefinement Dcr { get; init; } =
        new()
        {
            SeeminglyToxic = ToyWorld.RefinementSeeminglyToxic,
            Toxic = ToyWorld.RefinementToxic,
            Layer = 2,
            Objective = new CircleLoss { Margin = 0.25, Scale = 80 },
            Steps = 120,
            LearningRate = 1e-3,
        };

    public SupervisedFineTuning Align { get; init; } =
        new()
        {
            General = ToyWorld.AlignmentGeneral,
            Refusals = ToyWorld.AlignmentRefusals,
            RefusalShare = 0.09,
            Epochs = 2,
        };

    public EvaluationGrid Score { get; init; } =
        new() { Tasks = [ToyWorld.SeeminglyToxic, ToyWorld.Toxic, ToyWorld.General], Judge = ToyWorld.Judge };

    /// <summary>The model before any safety tuning.</summary>
    [Arm("base")]
    public static QuickStart Untuned => new() { Dcr = ContrastiveRefinement.None, Align = SupervisedFineTuning.None };

    /// <summary>Safety tuning alone.</summary>
    [Arm("STL", Role = ArmRole.Reference)]
    public static QuickStart Stl => new() { Dcr = ContrastiveRefinement.None };

    /// <summary>Safety tuning with the refinement's seemingly toxic prompts, answered, in the mixture.</summary>
    [Arm("STL-aug")]
    public static QuickStart StlAug => Stl with { Align = Stl.Align with { Augmentation = ToyWorld.Augmentation } };

    /// <summary>Contrastive refinement, then safety tuning.</summary>
    [Arm("DCR", Role = ArmRole.Subject)]
    public static QuickStart Full => new();

    [Seeds]
    public static int[] Seeds => [0, 1, 2, 3, 4];
}
