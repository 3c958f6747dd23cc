using DcrDsl.Specs;

namespace MyLab;

/// <summary>Does contrastive refinement before safety tuning reduce over-refusal?</summary>
/// <remarks>
/// A small Llama on the built-in toy corpus, kept short so that it runs in seconds: it shows how the pieces work together, its numbers say
/// nothing about large models. Stages run in the order declared; arms are variants of the record.
/// </remarks>
[DcrExperiment("first")]
public partial record First
{
    public ModelSpec Base { get; init; } =
        new ToyLlama
        {
            Layers = 2,
            Width = 48,
            FeedForward = 96,
        };

    public Pretrain Learn { get; init; } =
        new()
        {
            Data = ToyWorld.Pretraining,
            Steps = 400,
            LengthWindow = 8,
        };

    public ContrastiveRefinement Dcr { get; init; } =
        new()
        {
            SeeminglyToxic = ToyWorld.RefinementSeeminglyToxic,
            Toxic = ToyWorld.RefinementToxic,
            Layer = 1,
            Objective = new CircleLoss { Margin = 0.25, Scale = 80 },
            Steps = 40,
            LearningRate = 1e-3,
        };

    public SupervisedFineTuning Align { get; init; } =
        new()
        {
            General = ToyWorld.AlignmentGeneral,
            Refusals = ToyWorld.AlignmentRefusals,
            RefusalShare = 0.1,
        };

    public EvaluationGrid Score { get; init; } = new() { Tasks = [ToyWorld.SeeminglyToxic, ToyWorld.Toxic, ToyWorld.General] };

    [Arm("base")]
    public static First Untuned => new() { Dcr = ContrastiveRefinement.None, Align = SupervisedFineTuning.None };

    [Arm("STL", Role = ArmRole.Reference)]
    public static First Stl => new() { Dcr = ContrastiveRefinement.None };

    [Arm("DCR", Role = ArmRole.Subject)]
    public static First Full => new();

    [Seeds]
    public static int[] Seeds => [0, 1, 2];
}
