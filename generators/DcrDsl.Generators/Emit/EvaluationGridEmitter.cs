using DcrDsl.Specs;

namespace DcrDsl.Generators.Emit;

/// <summary>Writes the evaluation stage.</summary>
static class EvaluationGridEmitter
{
    public static void Emit(CodeWriter code, StageScope stage)
    {
        var spec = (EvaluationGrid)stage.Stage.Spec;
        bool completes = spec.Tasks.Any(t => t is PromptTask);
        if (completes) code.Line($"var judge = {stage.Call(nameof(spec.Judge))};");
        if (completes && spec.Decoding is not Greedy) code.Line($"var decoding = {stage.Call(nameof(spec.Decoding), "seed")};");
        foreach (var task in spec.Tasks)
        {
            if (completes || task != spec.Tasks[0]) code.Line();
            if (task is MultipleChoiceTask choice) Choices(code, stage, choice);
            else if (task is PromptTask prompts) Prompts(code, stage, spec, prompts);
        }
        code.Line();
        string choices = Names<MultipleChoiceTask>(spec);
        code.Line($"return new Scores({Names<PromptTask>(spec)}{(choices == "[]" ? "" : ", " + choices)});");
    }

    static string Names<T>(EvaluationGrid spec) where T : EvaluationTask => $"[{string.Join(", ", spec.Tasks.OfType<T>().Select(t => Text.Parameter(t.Name)))}]";

    static void Prompts(CodeWriter code, StageScope stage, EvaluationGrid spec, PromptTask task)
    {
        string decoding = spec.Decoding is Greedy ? "" : ", decoding";
        code.Line($"// Task \"{task.Name}\", {Measures(task)}{(task.InDistribution ? "; in distribution: these prompts were trained on" : "")}.");
        code.Line($"var {Text.Parameter(task.Name)} = PromptTaskRun.Run({Text.StringLiteral(task.Name)}, run.Load({stage.Literal(task.Prompts)}, model.Chat), model, judge,");
        string comparison = task.Comparison is { } rule ? $", comparison: {stage.Call(rule)}" : "";
        using (code.Indent()) code.Line($"maxNewTokens: {stage.Value(nameof(spec.MaxNewTokens))}, batch: "
            + $"{stage.Value(nameof(spec.Batch))}{decoding}{comparison}{(task.InDistribution ? ", inDistribution: true" : "")}, "
            + "cancellation: run.Cancellation);");
    }

    static void Choices(CodeWriter code, StageScope stage, MultipleChoiceTask task)
    {
        string shots = task.Shots switch { 0 => "", 1 => ", after one solved example", int n => $", after {Text.Label(n)} solved examples" };
        string measured = task.Format.TrueChoices is not null ? "the true choices' share of the probability of all" : "the likeliest choice, and the likeliest by its length, against the right one";
        code.Line($"// Task \"{task.Name}\", multiple choice{shots}: {measured}{(task.InDistribution ? "; in distribution: these questions were trained on" : "")}.");
        code.Line($"var {Text.Parameter(task.Name)} = MultipleChoiceRun.Run({Text.StringLiteral(task.Name)},");
        using (code.Indent()) code.Lines($"run.Load({stage.Literal(task)}),", $"model, batch: {stage.Value(nameof(EvaluationGrid.Batch))}{(task.InDistribution ? ", inDistribution: true" : "")}, cancellation: run.Cancellation);");
    }

    static string Measures(PromptTask task) => task.Prompts.Class switch
    {
        PromptClass.SeeminglyToxic => "seemingly toxic prompts: compliance rate, the higher the better",
        PromptClass.Toxic => "toxic prompts: defence success rate, the higher the better",
        _ => "general prompts: compliance rate" + (task.Prompts.HasAnswers ? ", accuracy and loss of the answers" : ""),
    };
}
