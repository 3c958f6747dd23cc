using DcrDsl.Specs;

namespace DcrDsl.Experiments;

/// <summary>
/// What the experiments on a real model have in common: public files in the folder <c>{data}</c> (docs/results.md lists them), stages of a
/// size for two cores, and what is measured.
/// </summary>
/// <remarks>
/// Written for SmolLM2-135M-Instruct, which refuses almost nothing as shipped; half of the tuning data being refusals is what makes it
/// over-refuse. Layers are fractions of the depth, so a model of another size can be given.
/// </remarks>
static class RealStages
{
    public static ModelSpec Model => new HuggingFace { Path = "{model}" };

    public static ContrastiveRefinement Refinement =>
        new()
        {
            SeeminglyToxic = XSTestSafe,
            Toxic = SafetyPrompts with { Split = Split.Between(0.3, 1), Take = 500, Answers = AnswerUse.None },
            LayerDepth = 0.5,
            Objective = new CircleLoss { Margin = 0.25, Scale = 80 },
            Batch = 32,
            Steps = 60,
            LearningRate = 3e-5,
        };

    /// <summary>Within one source: OR-Bench-Hard against OR-Bench-Toxic, with prompts held out that tell whether it discerned.</summary>
    public static ContrastiveRefinement WithinOrBench =>
        Refinement with
        {
            SeeminglyToxic = OrBenchHard with { Split = Split.Between(0.4, 1), Take = 400 },
            Toxic = OrBenchToxic with { Split = Split.Between(0.4, 1), Take = 400 },
            Discernment = new()
            {
                SeeminglyToxic = OrBenchHard with { Split = Split.Between(0.2, 0.4), Take = 100 },
                Toxic = OrBenchToxic with { Split = Split.Between(0.2, 0.4), Take = 100 },
            },
        };

    /// <summary>The same by the objective, rate and length that <c>real-saddle</c> chose on held-out prompts.</summary>
    public static ContrastiveRefinement Discerning => WithinOrBench with { Objective = new SupConLoss(), LearningRate = 3e-4, Steps = 90 };

    public static SupervisedFineTuning Tuning =>
        new()
        {
            General = Alpaca with { Split = Split.Between(0.2, 1), Take = 350 },
            Refusals = SafetyPrompts with { Split = Split.Between(0, 0.3) },
            RefusalShare = 0.5,
            MaxResponseTokens = 32,
            Adapter = new Lora { Rank = 8, Alpha = 16 },
            Batch = 16,
            LengthWindow = 8,
            Epochs = 1,
            LearningRate = 1e-3,
            Schedule = new Cosine(),
        };

    /// <summary>XSTest's safe prompts with the model's own answers, for the mixture of STL-aug.</summary>
    public static SelfAnswered Augmentation => new() { Prompts = XSTestSafe };

    /// <summary>Pairs of HH-RLHF, which stand for RLHF in the pipeline.</summary>
    public static PreferenceTuning Preferring =>
        new()
        {
            Pairs = new PromptFile
            {
                Path = "{data}/hh-rlhf/test.jsonl.gz",
                Layout = PromptLayout.HhRlhfPairs,
                UnusablePairs = UnusablePairs.LeaveOut,
                Order = PromptOrder.ByPlace,
                Take = 200,
            },
            Objective = new Dpo { Beta = 0.1 },
            Adapter = new Lora { Rank = 8, Alpha = 16 },
            MaxResponseTokens = 64,
            Batch = 8,
            LearningRate = 1e-4,
        };

    /// <summary>The direction of false refusal, taken out of the states.</summary>
    public static Surgical Cutting =>
        new()
        {
            Toxic = SafetyPrompts with { Split = Split.Between(0.3, 1), Answers = AnswerUse.None },
            OverRefused = XSTestSafe,
            General = Alpaca with { Split = Split.Between(0.2, 1), Answers = AnswerUse.None },
            Fold = true,
        };

    /// <summary>Answers steered by a score of the query.</summary>
    public static Scans Steering =>
        new()
        {
            Toxic = SafetyPrompts with { Split = Split.Between(0.3, 1), Answers = AnswerUse.None },
            General = Alpaca with { Split = Split.Between(0.2, 1), Answers = AnswerUse.None },
        };

    /// <summary>Measured on held-out prompts: look once, when all is chosen.</summary>
    public static EvaluationGrid Test =>
        new()
        {
            Tasks =
            [
                new PromptTask { Name = "OrBenchHard", Prompts = OrBenchHard with { Take = 100 } },
                new PromptTask
                {
                    Name = "XSTestSafe",
                    Prompts = XSTestSafe with { Order = PromptOrder.ByPlace, Take = 60 },
                    InDistribution = true,
                },
                new PromptTask { Name = "XSTestUnsafe", Prompts = XSTestUnsafe with { Order = PromptOrder.ByPlace, Take = 60 } },
                new PromptTask { Name = "OrBenchToxic", Prompts = OrBenchToxic with { Take = 60 } },
                new PromptTask { Name = "AdvBench", Prompts = AdvBench with { Take = 60 } },
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
                    Prompts = Alpaca with { Split = Split.Between(0, 0.2), Take = 50, Answers = AnswerUse.None },
                },
            ],
            Judge = RefusalJudges.PrefixOrSubstring,
            MaxNewTokens = 16,
            Batch = 40,
            MatchedDefence = 0.8,
        };

    /// <summary>Measured on other prompts of the same sets, by which options are chosen.</summary>
    public static EvaluationGrid Validation =>
        Test with
        {
            Tasks =
            [
                new PromptTask { Name = "OrBenchHard", Prompts = OrBenchHard with { Split = Split.Between(0.8, 1), Take = 80 } },
                new PromptTask { Name = "OrBenchToxic", Prompts = OrBenchToxic with { Split = Split.Between(0.8, 1), Take = 80 } },
                new PromptTask
                {
                    Name = "General",
                    Prompts = Alpaca with { Split = Split.Between(0.1, 0.2), Take = 50, Answers = AnswerUse.None },
                },
            ],
        };

    public static PromptFile XSTestSafe =>
        new()
        {
            Path = "{data}/xstest/xstest_prompts.csv",
            Layout = PromptLayout.XSTest,
            Class = PromptClass.SeeminglyToxic,
        };

    /// <summary>General prompts on which a refinement is held: those of the tuning, without answers.</summary>
    public static PromptFile HeldGeneral => Alpaca with { Split = Split.Between(0.2, 1), Take = 200, Answers = AnswerUse.None };

    public static PromptFile XSTestUnsafe => XSTestSafe with { Class = PromptClass.Toxic };

    public static PromptFile OrBenchHard =>
        new()
        {
            Path = "{data}/or-bench/or-bench-hard-1k.csv",
            Layout = PromptLayout.OrBench,
            Class = PromptClass.SeeminglyToxic,
            Order = PromptOrder.ByPlace,
        };

    public static PromptFile OrBenchToxic =>
        new()
        {
            Path = "{data}/or-bench/or-bench-toxic.csv",
            Layout = PromptLayout.OrBench,
            Class = PromptClass.Toxic,
            Order = PromptOrder.ByPlace,
        };

    public static PromptFile AdvBench =>
        new()
        {
            Path = "{data}/advbench/advbench.csv",
            Layout = PromptLayout.AdvBench,
            Class = PromptClass.Toxic,
            Order = PromptOrder.ByPlace,
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
