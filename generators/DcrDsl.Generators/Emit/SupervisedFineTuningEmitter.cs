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

        var load = new List<(Code, Code)>
        {
            ($"var general", $"= run.Load({stage.Value(nameof(spec.General))}, {Answerer(stage, nameof(spec.General))});"),
        };
        var arguments = new List<Code> { $"general" };
        if (refuses)
        {
            load.Add(($"var refusals", $"= run.Load({stage.Value(nameof(spec.Refusals))}, {Answerer(stage, nameof(spec.Refusals))});"));
            arguments.AddRange([$"refusals", $"refusalShare: {stage.Value(nameof(spec.RefusalShare))}"]);
        }
        else
            arguments.AddRange([$"refusals: []", $"refusalShare: 0"]);
        if (augmented)
        {
            Code none = stage.MayBeNone(nameof(spec.Augmentation))
                ? (Code)$"{stage.Value(nameof(spec.Augmentation))} is null ? null : "
                : $"";
            load.Add(
                (
                    $"var augmentation",
                    $"= {none}run.Load({stage.Value(nameof(spec.Augmentation))}, {Answerer(stage, nameof(spec.Augmentation))});"
                )
            );
            arguments.Add($"augmentation: augmentation");
        }
        var excluded = stage.Stage.Excluded;
        var refined = excluded.Select(_ => stage.Local("refined")).ToList();
        for (int i = 0; i < excluded.Count; i++)
            load.Add(($"var {refined[i]}", $"= run.Load({stage.Literal(excluded[i])}, model.Chat);"));
        if (excluded.Count > 0)
            arguments.Add($"disjointFrom: [{Code.Join(", ", refined.Select(r => (Code)$"..{r}"))}]");
        load.Add(($"var mixture", $"= {stage.Type("AlignmentMixture")}.Of({Code.Join(", ", arguments)});"));
        load.Add(
            (
                $"var batches",
                $"= {stage.Type("TextBatches")}.OnResponses(mixture, model.Chat, size: {stage.Value(nameof(spec.Batch))}, seed, "
                    + $"purpose: {stage.Purpose}, run.Device{Limits(stage, spec)});"
            )
        );

        Code refusing = refuses
            ? (Code)$", and toxic prompts with refusals as a share of {stage.Words(nameof(spec.RefusalShare))} of the two"
            : $"";
        code.Line($"// The mixture: general prompts with answers{refusing}{(augmented ? (Code)$", and the augmentation" : $"")}.");
        if (excluded.Count > 0)
            code.Line($"// Toxic prompts that a refinement learns from are taken out: the method keeps the two disjoint.");
        code.Aligned([.. load]);
        code.Line();
        Code steps = $"{stage.Value(nameof(spec.Epochs))} * batches.StepsPerEpoch";
        if (spec.Adapter is null)
            LanguageModelLoop.Emit(code, stage, steps);
        else
            Adapted(code, stage, spec.Adapter, steps);
    }

    static Code Limits(StageScope stage, SupervisedFineTuning spec)
    {
        bool cuts = spec.MaxResponseTokens is not null || stage.IsSwept(nameof(spec.MaxResponseTokens));
        bool windows = spec.LengthWindow != 1 || stage.IsSwept(nameof(spec.LengthWindow));
        Code cut = cuts ? $", maxResponseTokens: {stage.Value(nameof(spec.MaxResponseTokens))}" : default(Code);
        return windows ? $"{cut}, lengthWindow: {stage.Value(nameof(spec.LengthWindow))}" : cut;
    }

    static void Adapted(CodeWriter code, StageScope stage, LowRankAdapter adapter, Code steps)
    {
        const string Path = nameof(SupervisedFineTuning.Adapter);
        code.Line($"// The weights are frozen; beside them an addition of low rank is trained.");
        Code[] arguments =
        [
            $"model",
            $"seed",
            $"purpose: {stage.Purpose}",
            $"frozen: run.FrozenBase",
            .. stage.NamedArguments(adapter, Path),
        ];
        code.Line($"var lora = {stage.Function(adapter)}({Code.Join(", ", arguments)});");
        bool drops = adapter is Lora { Dropout: > 0 } || stage.IsSwept($"{Path}.{nameof(Lora.Dropout)}");
        LanguageModelLoop.Emit(
            code,
            stage,
            steps,
            $"lora.Parameters",
            drops ? ($"lora.BeginStep(step);", $"the dropout masks: a function of (seed, step)") : null
        );
        code.Line();
        code.Line($"// The addition becomes part of the weights: whatever follows sees a model as any other.");
        code.Line($"lora.Merge();");
    }

    /// <summary>What loads a source: the tokenizer, or the model itself where it may have to answer.</summary>
    static Code Answerer(StageScope stage, string option) =>
        stage.IsSwept(option) || stage.Get(option) is SelfAnswered ? (Code)$"model" : $"model.Chat";
}
