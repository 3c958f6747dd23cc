using DcrDsl.Specs;

namespace MyLab;

/// <summary>Does contrastive refinement before safety tuning reduce over-refusal of a real model, and what does it cost?</summary>
/// <remarks>
/// The model is a directory in Hugging Face's layout, told when it is run: <c>--path model=DIR</c>. The prompts beside this file are few,
/// so that all runs in minutes; put files of your own in their place (docs/data.md: CSV, JSON Lines, Parquet, the layouts of public sets)
/// and give Layer, Steps and rates to your model on validation prompts.
/// </remarks>
[DcrExperiment("first")]
public partial record First
{
    public ModelSpec Base { get; init; } = new HuggingFace { Path = "{model}" };

    public ContrastiveRefinement Dcr { get; init; } =
        new()
        {
            SeeminglyToxic = Prompts.SeeminglyToxic with { Split = Split.Between(0, 0.5) },
            Toxic = Prompts.Toxic with { Split = Split.Between(0, 0.5) },
            LayerDepth = 0.5,
            Objective = new CircleLoss { Margin = 0.25, Scale = 80 },
            Batch = 8,
            Steps = 20,
            LearningRate = 3e-5,
        };

    public SupervisedFineTuning Align { get; init; } =
        new()
        {
            General = Prompts.General with { Split = Split.Between(0, 0.75), ResponseColumn = "answer" },
            Refusals = Prompts.Toxic with { Split = Split.Between(0.5, 0.75), ResponseColumn = "refusal" },
            RefusalShare = 0.5,
            Adapter = new Lora { Rank = 8, Alpha = 16 },
            Batch = 8,
            Epochs = 2,
            LearningRate = 1e-3,
        };

    public EvaluationGrid Score { get; init; } =
        new()
        {
            Tasks =
            [
                new PromptTask { Name = "SeeminglyToxic", Prompts = Prompts.SeeminglyToxic with { Split = Split.Between(0.5, 1) } },
                new PromptTask { Name = "Toxic", Prompts = Prompts.Toxic with { Split = Split.Between(0.75, 1) } },
                new PromptTask { Name = "General", Prompts = Prompts.General with { Split = Split.Between(0.75, 1) } },
            ],
            Judge = RefusalJudges.PrefixOrSubstring,
            MaxNewTokens = 16,
        };

    [Arm("base")]
    public static First Untuned => new() { Dcr = ContrastiveRefinement.None, Align = SupervisedFineTuning.None };

    [Arm("STL", Role = ArmRole.Reference)]
    public static First Stl => new() { Dcr = ContrastiveRefinement.None };

    [Arm("DCR", Role = ArmRole.Subject)]
    public static First Full => new();

    [Seeds]
    public static int[] Seeds => [0];

    static class Prompts
    {
        public static PromptFile SeeminglyToxic => new() { Path = "MyLab/prompts/seemingly-toxic.csv", Class = PromptClass.SeeminglyToxic };

        public static PromptFile Toxic => new() { Path = "MyLab/prompts/toxic.csv", Class = PromptClass.Toxic };

        public static PromptFile General => new() { Path = "MyLab/prompts/general.csv", Class = PromptClass.General };
    }
}
