using DcrDsl.Specs;

namespace DcrDsl.Experiments;

/// <summary>
/// On a real model, does a refinement within one source, which leaves it only toxicity to learn, reduce over-refusal on another source?
/// </summary>
/// <remarks>
/// OR-Bench-Hard against OR-Bench-Toxic, by the objective that <c>real-saddle</c> chose on held-out prompts; XSTest and AdvBench are
/// looked at once. <c>--path model=DIR --path data=DIR</c>.
/// </remarks>
[DcrExperiment("real-within")]
public partial record RealWithin
{
    public ModelSpec Base { get; init; } = RealStages.Model;

    public ContrastiveRefinement Dcr { get; init; } = RealStages.Discerning;

    public SupervisedFineTuning Align { get; init; } = RealStages.Tuning;

    public EvaluationGrid Score { get; init; } =
        RealStages.Test with
        {
            Tasks =
            [
                new PromptTask { Name = "XSTestSafe", Prompts = RealStages.XSTestSafe with { Order = PromptOrder.ByPlace, Take = 120 } },
                new PromptTask { Name = "XSTestUnsafe", Prompts = RealStages.XSTestUnsafe with { Order = PromptOrder.ByPlace, Take = 80 } },
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
    public static RealWithin Stl => new() { Dcr = ContrastiveRefinement.None };

    /// <summary>Safety tuning with the refinement's seemingly toxic prompts in the mixture, answered by the model itself.</summary>
    [Arm("STL-aug")]
    public static RealWithin StlAug =>
        Stl with
        {
            Align = RealStages.Tuning with { Augmentation = new SelfAnswered { Prompts = RealStages.WithinOrBench.SeeminglyToxic! } },
        };

    /// <summary>Contrastive refinement, then safety tuning.</summary>
    [Arm("DCR", Role = ArmRole.Subject)]
    public static RealWithin Refined => new();

    /// <summary>The same, with general prompts held where they are.</summary>
    [Arm("DCR, retained")]
    public static RealWithin Retained =>
        new() { Dcr = RealStages.Discerning with { General = RealStages.HeldGeneral, Retain = [new HiddenStateDistance { Weight = 1 }] } };

    [Seeds]
    public static int[] Seeds => [0, 1, 2];
}
