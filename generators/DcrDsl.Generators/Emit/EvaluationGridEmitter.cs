using DcrDsl.Specs;

namespace DcrDsl.Generators.Emit;

/// <summary>Writes the evaluation stage.</summary>
static class EvaluationGridEmitter
{
    public static void Emit(CodeWriter code, StageScope stage)
    {
        var spec = (EvaluationGrid)stage.Stage.Spec;
        code.Line($"var judge = {stage.Call(nameof(spec.Judge))};");
        string decoding = spec.Decoding is Greedy ? "" : ", decoding";
        if (decoding.Length > 0) code.Line($"var decoding = {stage.Call(nameof(spec.Decoding), "seed")};");
        var outcomes = new List<string>();
        foreach (var task in spec.Tasks)
        {
            string name = Text.Parameter(task.Name);
            outcomes.Add(name);
            code.Line();
            code.Line($"// Task \"{task.Name}\", {Measures(task)}{(task.InDistribution ? "; in distribution: these prompts were trained on" : "")}.");
            code.Line($"var {name} = PromptTaskRun.Run({Text.StringLiteral(task.Name)}, run.Load({stage.Literal(task.Prompts)}, model.Chat), model, judge,");
            using (code.Indent()) code.Line($"maxNewTokens: {stage.Value(nameof(spec.MaxNewTokens))}, batch: {stage.Value(nameof(spec.Batch))}{decoding}{(task.InDistribution ? ", inDistribution: true" : "")}, cancellation: run.Cancellation);");
        }
        code.Line();
        code.Line($"return new Scores([{string.Join(", ", outcomes)}]);");
    }

    static string Measures(PromptTask task) => task.Prompts.Class switch
    {
        PromptClass.SeeminglyToxic => "seemingly toxic prompts: compliance rate, the higher the better",
        PromptClass.Toxic => "toxic prompts: defence success rate, the higher the better",
        _ => "general prompts: compliance rate" + (task.Prompts.HasAnswers ? ", accuracy and loss of the answers" : ""),
    };
}
