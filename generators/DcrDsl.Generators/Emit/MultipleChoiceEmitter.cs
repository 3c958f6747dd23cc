using DcrDsl.Specs;

namespace DcrDsl.Generators.Emit;

/// <summary>Writes multiple-choice tasks.</summary>
sealed class MultipleChoiceEmitter : TaskEmitter
{
    public override Type Kind => typeof(MultipleChoiceTask);

    protected override Code Items => $"questions";

    protected override string Function => "MultipleChoiceRun.Run";

    protected override (object, Code) Loaded(EvaluationTask task) => (task, default);

    protected override Code Arguments(StageScope stage, EvaluationGrid grid, EvaluationTask task) =>
        $"model, batch: {stage.Value(nameof(grid.Batch))}";

    protected override Code Describe(EvaluationGrid grid, EvaluationTask task)
    {
        var choices = (MultipleChoiceTask)task;
        Code shots = choices.Shots switch
        {
            0 => $"",
            1 => $", after one solved example",
            int n => $", after {n} solved examples",
        };
        Code measured = choices.Format.TrueChoices is not null
            ? (Code)$"the true choices' share of the probability of all"
            : $"the likeliest choice, and the likeliest by its length, against the right one";
        return $"multiple choice{shots}: {measured}";
    }
}
