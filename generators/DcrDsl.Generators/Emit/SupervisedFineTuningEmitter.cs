using DcrDsl.Specs;

namespace DcrDsl.Generators.Emit;

/// <summary>Writes a supervised fine-tuning stage.</summary>
sealed class SupervisedFineTuningEmitter : StageEmitter
{
    public override Type Kind => typeof(SupervisedFineTuning);

    public override IReadOnlyList<StageMethod> Methods => [new(StageShape.Train, Describe, Write)];

    public override IReadOnlyList<string> Locals =>
        [
            .. TrainingLoop.Locals,
            .. LanguageModelLoop.Locals,
            "general",
            "refusals",
            "augmentation",
            "mixture",
            "batches",
            .. AdaptedLoop.Locals,
        ];

    static Code Describe(object spec) => $"supervised fine-tuning, loss on response tokens only";

    static void Write(CodeWriter code, StageScope stage)
    {
        var spec = (SupervisedFineTuning)stage.Stage.Spec;
        bool refuses = stage.IsSwept(nameof(spec.RefusalShare)) || spec.RefusalShare > 0,
            augmented = spec.Augmentation is not null || stage.IsSwept(nameof(spec.Augmentation));
        Code refusing = refuses
                ? (Code)$", and toxic prompts with refusals as a share of {stage.Words(nameof(spec.RefusalShare))} of the two"
                : default,
            augmenting = augmented ? (Code)$", and the augmentation" : default,
            disjoint = stage.Stage.Excluded.Count > 0
                ? (Code)$"// Toxic prompts that a refinement learns from are taken out: the method keeps the two disjoint."
                : default;
        Code steps = $"{stage.Value(nameof(spec.Epochs))} * batches.StepsPerEpoch";
        code.Template(
            $"""
            // The mixture: general prompts with answers{refusing}{augmenting}.
            {disjoint}
            {Data(stage, spec, refuses, augmented)}

            {AdaptedLoop.Of(stage, spec.Adapter, steps, LanguageModelLoop.Forward(stage))}
            """
        );
    }

    static Code Data(StageScope stage, SupervisedFineTuning spec, bool refuses, bool augmented)
    {
        var load = new List<(Code, Code)> { ($"var general", $"= run.Load({Loaded(stage, nameof(spec.General))});") };
        var mixture = new List<Code> { $"general" };
        if (refuses)
        {
            load.Add(($"var refusals", $"= run.Load({Loaded(stage, nameof(spec.Refusals))});"));
            mixture.AddRange([$"refusals", $"refusalShare: {stage.Value(nameof(spec.RefusalShare))}"]);
        }
        else
        {
            mixture.AddRange([$"refusals: []", $"refusalShare: 0"]);
        }
        if (augmented)
        {
            Code none = stage.MayBeNone(nameof(spec.Augmentation))
                ? (Code)$"{stage.Value(nameof(spec.Augmentation))} is null ? null : "
                : default;
            load.Add(($"var augmentation", $"= {none}run.Load({Loaded(stage, nameof(spec.Augmentation))});"));
            mixture.Add($"augmentation: augmentation");
        }
        var refined = stage.Stage.Excluded.Select(source => (Source: source, Local: stage.Local("refined"))).ToList();
        foreach (var (source, local) in refined)
            load.Add(($"var {local}", $"= run.Load({stage.Literal(source)}, model.Chat);"));
        if (refined.Count > 0)
            mixture.Add($"disjointFrom: [{Code.Join(", ", refined.Select(r => (Code)$"..{r.Local}"))}]");
        load.Add(($"var mixture", $"= {stage.Type("AlignmentMixture")}.Of({Code.Join(", ", mixture)});"));
        var batches = stage.Invoke(
            "TextBatches.OnResponses",
            $"mixture",
            $"model.Chat",
            $"size: {stage.Value(nameof(spec.Batch))}",
            $"seed",
            $"purpose: {stage.Purpose}",
            $"run.Device"
        );
        load.Add(($"var batches", $"= {batches};"));
        return Code.Columns([.. load]);
    }

    /// <summary>A source and who loads it: the tokenizer, or the model itself where it may have to answer.</summary>
    static Code Loaded(StageScope stage, string option) =>
        $"{stage.Value(option)}, {(stage.IsSwept(option) || stage.Get(option) is SelfAnswered ? (Code)$"model" : $"model.Chat")}";
}
