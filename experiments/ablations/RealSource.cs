using DcrDsl.Specs;

namespace DcrDsl.Experiments;

/// <summary>On a real model, is it toxicity that the refinement learns, or which data set a prompt comes from?</summary>
/// <remarks>
/// Across sources both go together; within one source, and all the more between matched pairs, only toxicity tells the classes apart. All
/// refine by the objective that <c>real-saddle</c> chose on held-out prompts, and are tested on held-out prompts of OR-Bench. Each
/// refinement says by others of OR-Bench whether it discerned. <c>--path model=DIR --path data=DIR</c>.
/// </remarks>
[DcrExperiment("real-source")]
public partial record RealSource
{
    public ModelSpec Base { get; init; } = RealStages.Model;

    public ContrastiveRefinement Dcr { get; init; } = ContrastiveRefinement.None;

    public SupervisedFineTuning Align { get; init; } = RealStages.Tuning;

    public EvaluationGrid Score { get; init; } =
        RealStages.Test with
        {
            Tasks =
            [
                new PromptTask
                {
                    Name = "OrBenchHard",
                    Prompts = RealStages.OrBenchHard with { Split = Split.Between(0, 0.2), Take = 120 },
                },
                new PromptTask
                {
                    Name = "OrBenchToxic",
                    Prompts = RealStages.OrBenchToxic with { Split = Split.Between(0, 0.2), Take = 80 },
                },
                new PromptTask { Name = "AdvBench", Prompts = RealStages.AdvBench with { Take = 40 } },
                new PromptTask
                {
                    Name = "General",
                    Prompts = RealStages.Alpaca with { Split = Split.Between(0, 0.2), Take = 50, Answers = AnswerUse.None },
                },
            ],
        };

    /// <summary>Safety tuning alone.</summary>
    [Arm("STL", Role = ArmRole.Reference)]
    public static RealSource Stl => new();

    /// <summary>XSTest's safe prompts against those of Safety-Tuned LLaMAs.</summary>
    [Arm("across sources")]
    public static RealSource Across =>
        new()
        {
            Dcr = RealStages.Discerning with { SeeminglyToxic = RealStages.Refinement.SeeminglyToxic, Toxic = RealStages.Refinement.Toxic },
        };

    /// <summary>OR-Bench-Hard against OR-Bench-Toxic.</summary>
    [Arm("within OR-Bench")]
    public static RealSource WithinOrBench => new() { Dcr = RealStages.Discerning };

    /// <summary>XSTest's safe and unsafe prompts, partner by partner.</summary>
    [Arm("XSTest's pairs", Role = ArmRole.Subject)]
    public static RealSource Pairs =>
        new()
        {
            Dcr = RealStages.Discerning with
            {
                SeeminglyToxic = RealStages.XSTestSafe,
                Toxic = RealStages.XSTestUnsafe,
                Sampling = PairSampling.Matched,
            },
        };

    [Seeds]
    public static int[] Seeds => [0, 1, 2];
}
