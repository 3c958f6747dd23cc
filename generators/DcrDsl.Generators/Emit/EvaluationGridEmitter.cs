using DcrDsl.Generators.Values;
using DcrDsl.Specs;

namespace DcrDsl.Generators.Emit;

/// <summary>Writes the evaluation stage.</summary>
static class EvaluationGridEmitter
{
    public static void Emit(CodeWriter code, StageScope stage)
    {
        var spec = (EvaluationGrid)stage.Stage.Spec;
        bool completes = spec.Tasks.Any(t => t is PromptTask);
        if (completes)
            code.Line($"var judge = {stage.Call(nameof(spec.Judge))};");
        if (completes && spec.Decoding is not Greedy)
            code.Line($"var decoding = {stage.Call(nameof(spec.Decoding), $"seed")};");
        var tasks = spec.Tasks.Select(t => (Task: t, Local: stage.Local(t.Name, "Task"))).ToList();
        foreach (var (task, local) in tasks)
        {
            if (completes || task != spec.Tasks[0])
                code.Line();
            if (task is MultipleChoiceTask choice)
                Choices(code, stage, choice, local);
            else if (task is PromptTask prompts)
                Prompts(code, stage, spec, prompts, local);
        }
        code.Line();
        Code List<T>() => Code.Join(", ", tasks.Where(t => t.Task is T).Select(t => t.Local));
        var choices = List<MultipleChoiceTask>();
        code.Line($"return new {stage.Type("Scores")}([{List<PromptTask>()}]{(choices.IsEmpty ? $"" : (Code)$", [{choices}]")});");
    }

    static void Prompts(CodeWriter code, StageScope stage, EvaluationGrid spec, PromptTask task, Code local)
    {
        Code decoding = spec.Decoding is Greedy ? $"" : (Code)$", decoding",
            comparison = task.Comparison is { } rule ? (Code)$", comparison: {stage.Call(rule)}" : $"",
            inDistribution = task.InDistribution ? (Code)$", inDistribution: true" : $"";
        code.Line(
            $"// Task \"{Code.Comment(task.Name)}\", "
                + $"{Measures(task)}{(task.InDistribution ? (Code)$"; in distribution: these prompts were trained on" : $"")}."
        );
        code.Line(
            $"var {local} = {stage.Type("PromptTaskRun")}.Run({Code.Text(task.Name)}, run.Load({stage.Literal(task.Prompts)}, "
                + $"model.Chat), model, judge,"
        );
        using (code.Indent())
            code.Line(
                $"maxNewTokens: {stage.Value(nameof(spec.MaxNewTokens))}, batch: "
                    + $"{stage.Value(nameof(spec.Batch))}{decoding}{comparison}{inDistribution}, cancellation: run.Cancellation);"
            );
    }

    static void Choices(CodeWriter code, StageScope stage, MultipleChoiceTask task, Code local)
    {
        Code shots = task.Shots switch
        {
            0 => $"",
            1 => $", after one solved example",
            int n => $", after {n} solved examples",
        };
        Code measured = task.Format.TrueChoices is not null
            ? (Code)$"the true choices' share of the probability of all"
            : $"the likeliest choice, and the likeliest by its length, against the right one";
        code.Line(
            $"// Task \"{Code.Comment(task.Name)}\", multiple choice{shots}: "
                + $"{measured}{(task.InDistribution ? (Code)$"; in distribution: these questions were trained on" : $"")}."
        );
        code.Line($"var {local} = {stage.Type("MultipleChoiceRun")}.Run({Code.Text(task.Name)},");
        Code inDistribution = task.InDistribution ? (Code)$", inDistribution: true" : $"";
        using (code.Indent())
            code.Lines(
                $"run.Load({stage.Literal(task)}),",
                $"model, batch: {stage.Value(nameof(EvaluationGrid.Batch))}{inDistribution}, cancellation: run.Cancellation);"
            );
    }

    static Code Measures(PromptTask task) =>
        task.Prompts.Class switch
        {
            PromptClass.SeeminglyToxic => $"seemingly toxic prompts: compliance rate, the higher the better",
            PromptClass.Toxic => $"toxic prompts: defence success rate, the higher the better",
            _ => $"general prompts: compliance rate{(task.Prompts.HasAnswers ? (Code)$", accuracy and loss of the answers" : $"")}",
        };
}
