using DcrDsl.Specs;

namespace DcrDsl.Generators.Emit;

/// <summary>Writes tasks whose prompts are completed.</summary>
sealed class PromptTaskEmitter : TaskEmitter
{
    public override Type Kind => typeof(PromptTask);

    public override bool Completes => true;

    protected override Code Items => $"prompts";

    protected override string Function => "PromptTaskRun.Run";

    protected override string FunctionUnderAttacks => "AttackedTaskRun.Run";

    protected override (object, Code) Loaded(EvaluationTask task) => (((PromptTask)task).Prompts, $"model.Chat");

    protected override Code Arguments(StageScope stage, EvaluationGrid grid, EvaluationTask task)
    {
        Code decoding = grid.Decoding is Greedy ? default(Code) : $", decoding",
            comparison = ((PromptTask)task).Comparison is { } rule ? $", comparison: {stage.Call(rule)}" : default(Code);
        return $"model, probes, maxNewTokens: {stage.Value(nameof(grid.MaxNewTokens))}, "
            + $"batch: {stage.Value(nameof(grid.Batch))}{decoding}{comparison}{EvaluationGridEmitter.StopWhenJudged(stage)}";
    }

    protected override Code Describe(EvaluationGrid grid, EvaluationTask task)
    {
        var prompts = ((PromptTask)task).Prompts;
        return prompts.Class switch
        {
            PromptClass.SeeminglyToxic => $"seemingly toxic prompts: compliance rate, the higher the better",
            PromptClass.Toxic => $"toxic prompts: defence success rate, the higher the better",
            _ when !prompts.HasAnswers => $"general prompts: compliance rate",
            _ when grid.Probes.Any(p => p is ReferenceLoss) => $"general prompts: compliance rate, accuracy and loss of the answers",
            _ => $"general prompts: compliance rate, accuracy of the answers",
        };
    }
}
