using DcrDsl.Specs;

namespace DcrDsl.Generators.Emit;

/// <summary>Writes tasks that compare two answers.</summary>
sealed class PreferenceTaskEmitter : TaskEmitter
{
    public override Type Kind => typeof(PreferenceTask);

    protected override Code Items => $"pairs";

    protected override string Function => "PreferenceTaskRun.Run";

    protected override (object, Code) Loaded(EvaluationTask task) => (((PreferenceTask)task).Pairs, $"model.Chat");

    protected override Code Arguments(StageScope stage, EvaluationGrid grid, EvaluationTask task) =>
        $"model, batch: {stage.Value(nameof(grid.Batch))}";

    protected override Code Describe(EvaluationGrid grid, EvaluationTask task) =>
        $"pairs of answers: by how much log π(y₊ | x) exceeds log π(y₋ | x), and how often";
}
