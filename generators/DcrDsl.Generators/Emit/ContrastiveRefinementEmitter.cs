using DcrDsl.Specs;

namespace DcrDsl.Generators.Emit;

/// <summary>Writes a contrastive refinement stage.</summary>
sealed class ContrastiveRefinementEmitter : StageEmitter
{
    public override Type Kind => typeof(ContrastiveRefinement);

    public override IReadOnlyList<StageMethod> Methods => [new(StageShape.Train, Describe, Write)];

    public override IReadOnlyList<string> Locals =>
        [
            .. TrainingLoop.Locals,
            .. RetainedLoop.Locals,
            .. DiscernmentEmitter.Locals,
            "seeminglyToxic",
            "toxic",
            "general",
            "pairs",
            "tokens",
            "prompts",
            "labels",
            "hidden",
            "z",
            "lora",
        ];

    static Code Describe(object spec) => $"contrastive refinement of the hidden states after layer ℓ";

    static void Write(CodeWriter code, StageScope stage)
    {
        var spec = (ContrastiveRefinement)stage.Stage.Spec;
        code.Template(
            $"""
            // {Pairs(stage, spec)}
            {(
                spec.Labels == PairLabels.Class || stage.IsSwept(nameof(spec.Labels))
                    ? default
                    : (Code)$"// Control: the labels are shuffled once over all prompts, so there is nothing to discern."
            )}
            {Data(stage, spec)}

            {DiscernmentEmitter.Before(stage, spec)}
            {Attached(stage, spec)}
            {RetainedLoop.Untouched(stage, spec)}
            {DiscernmentEmitter.Begin(stage, spec)}
            // {Freezing(stage, spec)}
            {RetainedLoop.Of(stage, spec, Trained(stage, spec), Contrast(stage, spec))}
            {Merged(spec)}
            """
        );
    }

    static Code Data(StageScope stage, ContrastiveRefinement spec)
    {
        bool shuffles = spec.Labels != PairLabels.Class || stage.IsSwept(nameof(spec.Labels));
        var load = new List<(Code, Code)>
        {
            ($"var seeminglyToxic", $"= run.Load({stage.Value(nameof(spec.SeeminglyToxic))}, model.Chat);  // label 0"),
            ($"var toxic", $"= run.Load({stage.Value(nameof(spec.Toxic))}, model.Chat);  // label 1"),
        };
        if (Mixes(stage, spec) || RetainedLoop.IsOnGeneralPrompts(spec))
            load.Add(($"var general", $"= run.Load({stage.Value(nameof(spec.General))}, model.Chat);"));
        var arguments = new List<Code>
        {
            $"seeminglyToxic",
            $"toxic",
            $"model.Chat",
            $"size: {stage.Value(nameof(spec.Batch))}",
            $"seeminglyToxicShare: {stage.Value(nameof(spec.SeeminglyToxicShare))}",
            $"seed",
            $"purpose: {stage.Purpose}",
            $"run.Device",
        };
        if (shuffles)
            arguments.Add($"labels: {stage.Value(nameof(spec.Labels))}");
        if (Mixes(stage, spec))
            arguments.AddRange([
                $"general: general",
                $"generalShare: {stage.Value(nameof(spec.GeneralShare))}",
                $"generalLabel: {stage.Value(nameof(spec.GeneralLabel))}",
            ]);
        load.Add(($"var pairs", $"= {stage.Function(spec.Sampling)}({Code.Join(", ", arguments)});"));
        if (RetainedLoop.IsOnGeneralPrompts(spec))
            load.Add(($"var texts", RetainedLoop.Texts(stage, spec)));
        return Code.Columns([.. load]);
    }

    /// <summary>Whether general prompts are among the pairs.</summary>
    static bool Mixes(StageScope stage, ContrastiveRefinement spec) =>
        spec.Sampling == PairSampling.Balanced && (spec.GeneralShare > 0 || stage.IsSwept(nameof(spec.GeneralShare)));

    static Code Attached(StageScope stage, ContrastiveRefinement spec)
    {
        if (spec.Adapter is not { } adapter)
            return default;
        Code[] arguments =
        [
            $"model",
            $"seed",
            $"purpose: {stage.Purpose}",
            $"frozen: run.FrozenBase",
            .. stage.NamedArguments(adapter, nameof(spec.Adapter)),
            $"throughLayer: {stage.Value(nameof(spec.Layer))}",
        ];
        return $"""
            // The weights are frozen; beside those of blocks 1 … ℓ an addition of low rank is trained.
            var lora = {stage.Function(adapter)}({Code.Join(", ", arguments)});

            """;
    }

    static Code Merged(ContrastiveRefinement spec) =>
        spec.Adapter is null
            ? default
            : (Code)
                $"""

                    // The addition becomes part of the weights: whatever follows sees a model as any other.
                    lora.Merge();
                    """;

    /// <summary>The lines from the batch of pairs to the objective.</summary>
    static Code Contrast(StageScope stage, ContrastiveRefinement spec)
    {
        Code layer = stage.Value(nameof(spec.Layer)),
            batch = stage.Value(nameof(spec.Batch));
        bool drops = spec.Adapter is Lora { Dropout: > 0 } || stage.IsSwept($"{nameof(spec.Adapter)}.{nameof(Lora.Dropout)}");
        (Code, Code)[] masks = drops ? [($"lora.BeginStep(step);", $" // the dropout masks: a function of (seed, step)")] : [];
        return Code.Columns([
            .. masks,
            ($"var (tokens, prompts, labels) = pairs.Draw(step);", $" // {batch} prompts, N tokens; their places; classes"),
            (
                $"var hidden = model.Decoder.HiddenAfter(tokens, layer: {layer});",
                $" // [N, H]: h after block ℓ = {stage.Words(nameof(spec.Layer))}"
            ),
            ($"var z      = {stage.Call(nameof(spec.Pooling), $"hidden", $"prompts")};", $" // [{batch}, H]: one vector a prompt"),
            .. stage.IsSwept(nameof(spec.Objective)) ? [] : ObjectiveFormula.Of(spec.Objective),
            (
                $"{RetainedLoop.Contrast(spec)} = {stage.Call(nameof(spec.Objective), $"z", $"labels")};",
                // The line of a miner is long enough.
                stage.Get("Objective.Mining")
                    is not null
                    ? default
                    : (Code)$" // same class together, different classes apart"
            ),
        ]);
    }

    static Code Pairs(StageScope stage, ContrastiveRefinement spec)
    {
        if (spec.Sampling == PairSampling.Matched)
            return $"Pairs: every seemingly toxic prompt comes with the toxic prompt that differs only in what makes it toxic.";
        if (Mixes(stage, spec))
            return $"Pairs: a share of {stage.Words(nameof(spec.GeneralShare))} of each batch is general ({OfGeneral(stage, spec)}), of "
                + $"the rest {stage.Words(nameof(spec.SeeminglyToxicShare))} seemingly toxic and the others toxic; each prompt of a class "
                + $"is equally likely, with replacement.";
        if (stage.IsSwept(nameof(spec.Batch)) || stage.IsSwept(nameof(spec.SeeminglyToxicShare)))
            return $"Pairs: a share of {stage.Words(nameof(spec.SeeminglyToxicShare))} of each batch is seemingly toxic, the rest "
                + $"toxic; each prompt of a class is equally likely, with replacement.";
        int first = (int)Math.Round(spec.SeeminglyToxicShare * spec.Batch);
        return $"Pairs: {first} seemingly toxic and {spec.Batch - first} toxic prompts a batch; each prompt of a class is equally "
            + $"likely, with replacement.";
    }

    static Code OfGeneral(StageScope stage, ContrastiveRefinement spec) =>
        stage.IsSwept(nameof(spec.GeneralLabel)) ? $"label 2 or 0"
        : spec.GeneralLabel == GeneralLabel.ClassOfItsOwn ? (Code)$"label 2"
        : $"label 0 like the seemingly toxic";

    static Code Freezing(StageScope stage, ContrastiveRefinement spec) =>
        RetainedLoop.Freezing(stage, spec) is { IsEmpty: false } retained ? retained
        : stage.IsSwept(nameof(spec.TailFreezing))
            ? $"With tail freezing nothing above layer ℓ is trained; without it, weight decay acts on every parameter."
        : spec.TailFreezing ? (Code)$"Tail freezing: nothing above layer ℓ is trained, so nothing above ℓ is run."
        : $"No tail freezing: weight decay acts on every parameter, though the loss, read at layer ℓ, gives none above it a gradient.";

    static Code Trained(StageScope stage, ContrastiveRefinement spec)
    {
        Code tail = $"model.Decoder.ParametersThrough(layer: {stage.Value(nameof(spec.Layer))})",
            whole = $"model.Decoder.Parameters";
        return spec.Adapter is not null ? $"lora.Parameters"
            : stage.IsSwept(nameof(spec.TailFreezing)) ? $"{stage.Value(nameof(spec.TailFreezing))} ? {tail} : {whole}"
            : spec.TailFreezing ? tail
            : whole;
    }
}
