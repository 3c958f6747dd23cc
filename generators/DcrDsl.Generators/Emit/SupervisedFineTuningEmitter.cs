using DcrDsl.Generators.Model;
using DcrDsl.Specs;

namespace DcrDsl.Generators.Emit;

/// <summary>Writes a supervised fine-tuning stage.</summary>
static class SupervisedFineTuningEmitter
{
    public static void Emit(CodeWriter code, StageScope stage)
    {
        var spec = (SupervisedFineTuning)stage.Stage.Spec;
        bool refuses = stage.IsSwept(nameof(spec.RefusalShare)) || spec.RefusalShare > 0;
        bool augmented = spec.Augmentation is not null || stage.IsSwept(nameof(spec.Augmentation));

        var load = new List<(string, string)> { ("var general", $"= run.Load({stage.Value(nameof(spec.General))}, {Answerer(stage, nameof(spec.General))});") };
        var arguments = new List<string> { "general" };
        if (refuses)
        {
            load.Add(("var refusals", $"= run.Load({stage.Value(nameof(spec.Refusals))}, {Answerer(stage, nameof(spec.Refusals))});"));
            arguments.AddRange(["refusals", $"refusalShare: {stage.Value(nameof(spec.RefusalShare))}"]);
        }
        else
            arguments.AddRange(["refusals: []", "refusalShare: 0"]);
        if (augmented)
        {
            string none = stage.MayBeNone(nameof(spec.Augmentation)) ? $"{stage.Value(nameof(spec.Augmentation))} is null ? null : " : "";
            load.Add(("var augmentation", $"= {none}run.Load({stage.Value(nameof(spec.Augmentation))}, {Answerer(stage, nameof(spec.Augmentation))});"));
            arguments.Add("augmentation: augmentation");
        }
        for (int i = 0; i < stage.Stage.Excluded.Count; i++)
        {
            string name = stage.Stage.Excluded.Count == 1 ? "refined" : $"refined{i + 1}";
            load.Add(($"var {name}", $"= run.Load({stage.Literal(stage.Stage.Excluded[i])}, model.Chat);"));
        }
        if (stage.Stage.Excluded.Count > 0)
            arguments.Add("disjointFrom: [" + string.Join(", ", Enumerable.Range(1, stage.Stage.Excluded.Count).Select(i => stage.Stage.Excluded.Count == 1 ? "..refined" : $"..refined{i}")) + "]");
        bool cuts = spec.MaxResponseTokens is not null || stage.IsSwept(nameof(spec.MaxResponseTokens));
        string cut = cuts ? $", maxResponseTokens: {stage.Value(nameof(spec.MaxResponseTokens))}" : "";
        if (spec.LengthWindow != 1 || stage.IsSwept(nameof(spec.LengthWindow))) cut += $", lengthWindow: {stage.Value(nameof(spec.LengthWindow))}";
        load.Add(("var mixture", $"= AlignmentMixture.Of({string.Join(", ", arguments)});"));
        load.Add(("var batches", $"= TextBatches.OnResponses(mixture, model.Chat, size: {stage.Value(nameof(spec.Batch))}, seed, purpose: {Text.StringLiteral(stage.Stage.Property)}, run.Device{cut});"));

        code.Line($"// The mixture: general prompts with answers{(refuses ? $", and toxic prompts with refusals as a share of {stage.Words(nameof(spec.RefusalShare))} of the two" : "")}{(augmented ? ", and the augmentation" : "")}.");
        if (stage.Stage.Excluded.Count > 0) code.Line("// Toxic prompts that a refinement learns from are taken out: the method keeps the two disjoint.");
        code.Aligned([.. load]);
        code.Line();
        string steps = $"{stage.Value(nameof(spec.Epochs))} * batches.StepsPerEpoch";
        if (spec.Adapter is null) LanguageModelLoop.Emit(code, stage, steps);
        else Adapted(code, stage, spec.Adapter, steps);
    }

    static void Adapted(CodeWriter code, StageScope stage, LowRankAdapter adapter, string steps)
    {
        const string Path = nameof(SupervisedFineTuning.Adapter);
        code.Line("// The weights are frozen; beside them an addition of low rank is trained.");
        string[] arguments = ["model", "seed", $"purpose: {Text.StringLiteral(stage.Stage.Property)}", "frozen: run.FrozenBase", .. stage.NamedArguments(adapter, Path)];
        code.Line($"var lora = {StageScope.Function(adapter)}({string.Join(", ", arguments)});");
        bool drops = adapter is Lora { Dropout: > 0 } || stage.IsSwept($"{Path}.{nameof(Lora.Dropout)}");
        LanguageModelLoop.Emit(code, stage, steps, "lora.Parameters", drops ? ("lora.BeginStep(step);", "the dropout masks: a function of (seed, step)") : null);
        code.Line();
        code.Line("// The addition becomes part of the weights: whatever follows sees a model as any other.");
        code.Line("lora.Merge();");
    }

    /// <summary>What loads a source: the tokenizer, or the model itself where it may have to answer.</summary>
    static string Answerer(StageScope stage, string option) => stage.IsSwept(option) || stage.Get(option) is SelfAnswered ? "model" : "model.Chat";
}
