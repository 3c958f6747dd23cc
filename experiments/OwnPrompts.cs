using DcrDsl.Specs;

namespace DcrDsl.Experiments;

/// <summary>How do the arms treat prompts of my own, read from a CSV file?</summary>
/// <remarks>
/// The same arms as the quick start, scored on a file. The toy knows 576 words: a prompt with any other word is left out, counted and
/// listed in the report; with UnknownWords.Refuse, the default, the run ends with the words and their lines instead.
/// </remarks>
[DcrExperiment("own-prompts")]
public partial record OwnPrompts
{
    public ModelSpec Base { get; init; } = new ToyLlama();

    public Pretrain Learn { get; init; } = new() { Data = ToyWorld.Pretraining };

    public ContrastiveRefinement Dcr { get; init; } =
        new() { SeeminglyToxic = ToyWorld.RefinementSeeminglyToxic, Toxic = ToyWorld.RefinementToxic };

    public SupervisedFineTuning Align { get; init; } = new() { General = ToyWorld.AlignmentGeneral, Refusals = ToyWorld.AlignmentRefusals };

    public EvaluationGrid Score { get; init; } =
        new()
        {
            Tasks =
            [
                new PromptTask
                {
                    Name = "Mine",
                    Prompts = new PromptFile
                    {
                        Path = "experiments/prompts/my-prompts.csv",
                        Class = PromptClass.SeeminglyToxic,
                        PromptColumn = "question",
                        CategoryColumn = "kind",
                        UnknownWords = UnknownWords.LeaveOut,
                    },
                },
                ToyWorld.Toxic,
            ],
        };

    [Arm("STL", Role = ArmRole.Reference)]
    public static OwnPrompts Stl => new() { Dcr = ContrastiveRefinement.None };

    [Arm("DCR", Role = ArmRole.Subject)]
    public static OwnPrompts Full => new();

    [Seeds]
    public static int[] Seeds => [0, 1, 2];
}
