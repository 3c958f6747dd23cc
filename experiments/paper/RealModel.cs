using DcrDsl.Specs;

namespace DcrDsl.Experiments;

/// <summary>
/// On a real model, does contrastive refinement before safety tuning reduce over-refusal on prompts that nothing was trained on, and what
/// does it cost in defence?
/// </summary>
/// <remarks>
/// Written for SmolLM2-135M-Instruct, which refuses almost nothing as shipped; half of the tuning data being refusals is what makes it
/// over-refuse. One seed takes under 20 minutes on two cores at these sizes. XSTest's safe prompts are trained on, so they are set apart;
/// OR-Bench-Hard is what answers the question. Needs the model's directory and a folder with the public files that docs/results.md lists:
/// <c>--path model=DIR --path data=DIR</c>.
/// </remarks>
[DcrExperiment("real-model")]
public partial record RealModel
{
    public ModelSpec Base { get; init; } = new HuggingFace { Path = "{model}" };

    public ContrastiveRefinement Dcr { get; init; } =
        new()
        {
            SeeminglyToxic = Sets.XSTestSafe,
            Toxic = Sets.SafetyPrompts with { Split = Split.Between(0.3, 1), Take = 500, Answers = AnswerUse.None },
            Layer = 15,
            Objective = new CircleLoss { Margin = 0.25, Scale = 80 },
            Batch = 32,
            Steps = 60,
            LearningRate = 3e-5,
        };

    public SupervisedFineTuning Align { get; init; } =
        new()
        {
            General = Sets.Alpaca with { Split = Split.Between(0.2, 1), Take = 350 },
            Refusals = Sets.SafetyPrompts with { Split = Split.Between(0, 0.3) },
            RefusalShare = 0.5,
            MaxResponseTokens = 32,
            Adapter = new Lora { Rank = 8, Alpha = 16 },
            Batch = 16,
            LengthWindow = 8,
            Epochs = 1,
            LearningRate = 1e-3,
            Schedule = new Cosine(),
        };

    public EvaluationGrid Score { get; init; } =
        new()
        {
            Tasks =
            [
                new PromptTask
                {
                    Name = "OrBenchHard",
                    Prompts = new PromptFile
                    {
                        Path = "{data}/or-bench/or-bench-hard-1k.csv",
                        Layout = PromptLayout.OrBench,
                        Class = PromptClass.SeeminglyToxic,
                        Order = PromptOrder.ByPlace,
                        Take = 100,
                    },
                },
                new PromptTask
                {
                    Name = "XSTestSafe",
                    Prompts = Sets.XSTestSafe with { Order = PromptOrder.ByPlace, Take = 60 },
                    InDistribution = true,
                },
                new PromptTask
                {
                    Name = "XSTestUnsafe",
                    Prompts = Sets.XSTestSafe with { Class = PromptClass.Toxic, Order = PromptOrder.ByPlace, Take = 60 },
                },
                new PromptTask
                {
                    Name = "OrBenchToxic",
                    Prompts = new PromptFile
                    {
                        Path = "{data}/or-bench/or-bench-toxic.csv",
                        Layout = PromptLayout.OrBench,
                        Class = PromptClass.Toxic,
                        Order = PromptOrder.ByPlace,
                        Take = 60,
                    },
                },
                new PromptTask
                {
                    Name = "AdvBench",
                    Prompts = new PromptFile
                    {
                        Path = "{data}/advbench/advbench.csv",
                        Layout = PromptLayout.AdvBench,
                        Class = PromptClass.Toxic,
                        Order = PromptOrder.ByPlace,
                        Take = 60,
                    },
                },
                new MultipleChoiceTask
                {
                    Name = "ArcEasy",
                    Path = "{data}/llm-adapters-mc/ARC-Easy/test.json",
                    Format = ChoiceFormat.Arc,
                    Take = 50,
                },
                new PromptTask
                {
                    Name = "General",
                    Prompts = Sets.Alpaca with { Split = Split.Between(0, 0.2), Take = 50, Answers = AnswerUse.None },
                },
            ],
            Judge = RefusalJudges.PrefixOrSubstring,
            MaxNewTokens = 16,
            Batch = 40,
            MatchedDefence = 0.8,
        };

    /// <summary>The model as shipped.</summary>
    [Arm("base")]
    public static RealModel Untuned => new() { Dcr = ContrastiveRefinement.None, Align = SupervisedFineTuning.None };

    /// <summary>Safety tuning alone.</summary>
    [Arm("STL", Role = ArmRole.Reference)]
    public static RealModel Stl => new() { Dcr = ContrastiveRefinement.None };

    /// <summary>Safety tuning with the refinement's seemingly toxic prompts in the mixture, answered by the model itself.</summary>
    [Arm("STL-aug")]
    public static RealModel StlAug => Stl with { Align = Stl.Align with { Augmentation = new SelfAnswered { Prompts = Sets.XSTestSafe } } };

    /// <summary>Contrastive refinement, then safety tuning.</summary>
    [Arm("DCR", Role = ArmRole.Subject)]
    public static RealModel Full => new();

    [Seeds]
    public static int[] Seeds => [0];

    static class Sets
    {
        public static PromptFile XSTestSafe =>
            new()
            {
                Path = "{data}/xstest/xstest_prompts.csv",
                Layout = PromptLayout.XSTest,
                Class = PromptClass.SeeminglyToxic,
            };

        public static PromptFile SafetyPrompts =>
            new()
            {
                Path = "{data}/safety-tuned-llamas/safety_only_data_Instructions.json",
                Layout = PromptLayout.Alpaca,
                Class = PromptClass.Toxic,
                Order = PromptOrder.ByPlace,
            };

        public static PromptFile Alpaca =>
            new()
            {
                Path = "{data}/alpaca-small/alpaca_en_demo.json",
                Layout = PromptLayout.Alpaca,
                Order = PromptOrder.ByPlace,
            };
    }
}
