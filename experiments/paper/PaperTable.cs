using DcrDsl.Specs;

namespace DcrDsl.Experiments;

/// <summary>The paper's table in one run, on ToyWorld: which method answers more of what only looks toxic, and what does it cost?</summary>
/// <remarks>
/// Surgical, SCANS and preference tuning act on the model that safety tuning leaves; STL-aug and the refinement change how it is tuned.
/// Options of SCANS and of preference tuning were chosen on ToyWorld's validation part.
/// </remarks>
[DcrExperiment("paper-table")]
public partial record PaperTable
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

    public PreferenceTuning Prefer { get; init; } =
        new()
        {
            Pairs = ToyWorld.PreferencePairs,
            ToxicPairs = ToyWorld.ToxicPreferencePairs,
            Objective = new Dpo { Beta = 2 },
            Epochs = 2,
        };

    public Surgical Cut { get; init; } =
        new()
        {
            Toxic = ToyWorld.RefinementToxic,
            OverRefused = ToyWorld.RefinementSeeminglyToxic,
            General = ToyWorld.AlignmentGeneral,
            RefusalOpeners = ["sorry", "no", "unfortunately"],
            Fold = true,
        };

    public Scans Steer { get; init; } =
        new()
        {
            Toxic = ToyWorld.RefinementToxic,
            General = ToyWorld.AlignmentGeneral,
            Suffix = "sure",
            Threshold = 0.995,
            Strength = 1,
        };

    public EvaluationGrid Score { get; init; } =
        new()
        {
            Tasks = [ToyWorld.SeeminglyToxic, ToyWorld.Toxic, ToyWorld.General, ToyWorld.Preferences, ToyWorld.ToxicPreferences],
            Judge = ToyWorld.Judge,
        };

    /// <summary>The model before any safety tuning.</summary>
    [Arm("base")]
    public static PaperTable Untuned => Stl with { Align = SupervisedFineTuning.None };

    /// <summary>Safety tuning alone.</summary>
    [Arm("STL", Role = ArmRole.Reference)]
    public static PaperTable Stl => Refined with { Dcr = ContrastiveRefinement.None };

    /// <summary>Safety tuning with the refinement's seemingly toxic prompts, answered, in the mixture.</summary>
    [Arm("STL-aug")]
    public static PaperTable StlAug => Stl with { Align = Stl.Align with { Augmentation = ToyWorld.Augmentation } };

    /// <summary>Safety tuning, then the direction of false refusal is taken out of the weights.</summary>
    [Arm("Surgical")]
    public static PaperTable Surgical => Stl with { Cut = new PaperTable().Cut };

    /// <summary>Safety tuning, then each answer is steered by a score of its query.</summary>
    [Arm("SCANS")]
    public static PaperTable Scans => Stl with { Steer = new PaperTable().Steer };

    /// <summary>Contrastive refinement, then safety tuning.</summary>
    [Arm("DCR", Role = ArmRole.Subject)]
    public static PaperTable Refined =>
        new()
        {
            Prefer = PreferenceTuning.None,
            Cut = Specs.Surgical.None,
            Steer = Specs.Scans.None,
        };

    /// <summary>Contrastive refinement, safety tuning, preference tuning.</summary>
    [Arm("DCR + DPO")]
    public static PaperTable Preferred => Refined with { Prefer = new PaperTable().Prefer };

    [Seeds]
    public static int[] Seeds => [0, 1, 2, 3, 4];
}
