using DcrDsl.Specs;

namespace DcrDsl.Experiments;

/// <summary>On a real model and within one source, what leaves the point where no prompt is told from any other?</summary>
/// <remarks>
/// OR-Bench-Hard against OR-Bench-Toxic. Each arm changes the refinement, and the refinement says by held-out prompts whether it discerned;
/// nothing is tuned after it. <c>--path model=DIR --path data=DIR</c>.
/// </remarks>
[DcrExperiment("real-saddle")]
public partial record RealSaddle
{
    public ModelSpec Base { get; init; } = RealStages.Model;

    public ContrastiveRefinement Dcr { get; init; } = ByClasses;

    public EvaluationGrid Score { get; init; } =
        RealStages.Validation with
        {
            Tasks =
            [
                new PromptTask
                {
                    Name = "General",
                    Prompts = RealStages.Alpaca with { Split = Split.Between(0.1, 0.2), Take = 50, Answers = AnswerUse.None },
                },
            ],
        };

    static ContrastiveRefinement ByClasses =>
        RealStages.WithinOrBench with
        {
            Steps = 90,
            LearningRate = 1e-4,
            Objective = new SupConLoss(),
            Discernment = RealStages.WithinOrBench.Discernment! with { Every = 30 },
        };

    /// <summary>The recipe of the experiments across sources.</summary>
    [Arm("Circle, γ 80, 3e-5")]
    public static RealSaddle Circle => new() { Dcr = ByClasses with { Objective = RealStages.Refinement.Objective, LearningRate = 3e-5 } };

    /// <summary>A flatter Circle loss.</summary>
    [Arm("Circle, γ 16")]
    public static RealSaddle Flat =>
        new()
        {
            Dcr = ByClasses with
            {
                Objective = new CircleLoss { Margin = 0.25, Scale = 16 },
            },
        };

    /// <summary>A loss whose gradient does not vanish where all similarities are alike.</summary>
    [Arm("SupCon", Role = ArmRole.Reference)]
    public static RealSaddle SupCon => new();

    /// <summary>The same at a higher rate.</summary>
    [Arm("SupCon, 3e-4")]
    public static RealSaddle Faster => new() { Dcr = ByClasses with { LearningRate = 3e-4 } };

    /// <summary>The same on the mean of a prompt's states.</summary>
    [Arm("SupCon, mean pooling")]
    public static RealSaddle Mean => new() { Dcr = ByClasses with { Pooling = Pooling.Mean } };

    /// <summary>The same at an early layer.</summary>
    [Arm("SupCon, a quarter of the depth")]
    public static RealSaddle Early => new() { Dcr = ByClasses with { LayerDepth = 0.25 } };

    /// <summary>The same at a late layer.</summary>
    [Arm("SupCon, three quarters")]
    public static RealSaddle Late => new() { Dcr = ByClasses with { LayerDepth = 0.75 } };

    /// <summary>The same through an adapter.</summary>
    [Arm("SupCon, LoRA")]
    public static RealSaddle Adapted =>
        new()
        {
            Dcr = ByClasses with
            {
                Adapter = new Lora { Rank = 8, Alpha = 16 },
                LearningRate = 1e-3,
            },
        };

    [Seeds]
    public static int[] Seeds => [100];
}
