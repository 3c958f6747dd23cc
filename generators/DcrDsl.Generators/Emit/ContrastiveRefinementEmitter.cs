using DcrDsl.Specs;

namespace DcrDsl.Generators.Emit;

/// <summary>Writes a contrastive refinement stage.</summary>
sealed class ContrastiveRefinementEmitter : StageEmitter
{
    public override Type Kind => typeof(ContrastiveRefinement);

    public override IReadOnlyList<StageMethod> Methods => [new(StageShape.Train, Describe, Write)];

    public override IReadOnlyList<string> Locals =>
        [.. TrainingLoop.Locals, "seeminglyToxic", "toxic", "pairs", "tokens", "lengths", "labels", "count", "hidden", "z"];

    static Code Describe(object spec) => $"contrastive refinement of the hidden states after layer ℓ";

    static void Write(CodeWriter code, StageScope stage)
    {
        var spec = (ContrastiveRefinement)stage.Stage.Spec;
        Code layer = stage.Value(nameof(spec.Layer)),
            batch = stage.Value(nameof(spec.Batch)),
            share = stage.Value(nameof(spec.SeeminglyToxicShare));
        bool shuffles = spec.Labels != PairLabels.Class || stage.IsSwept(nameof(spec.Labels));
        Code labels = shuffles ? $", labels: {stage.Value(nameof(spec.Labels))}" : default(Code);
        var load = Code.Columns(
            ($"var seeminglyToxic", $"= run.Load({stage.Value(nameof(spec.SeeminglyToxic))}, model.Chat);  // label 0"),
            ($"var toxic", $"= run.Load({stage.Value(nameof(spec.Toxic))}, model.Chat);  // label 1"),
            (
                $"var pairs",
                $"= {stage.Function(spec.Sampling)}(seeminglyToxic, toxic, model.Chat, size: {batch}, seeminglyToxicShare: {share}, "
                    + $"seed, purpose: {stage.Purpose}, run.Device{labels});"
            )
        );
        var forward = Code.Columns([
            ($"var (tokens, lengths, labels, count) = pairs.Draw(step);", $" // [{batch}, T]; [{batch}]; [{batch}]"),
            (
                $"var hidden = model.Decoder.HiddenAfter(tokens, layer: {layer});",
                $" // [{batch}, T, H]: h after block ℓ = {stage.Words(nameof(spec.Layer))}"
            ),
            ($"var z      = {stage.Call(nameof(spec.Pooling), $"hidden", $"lengths")};", $" // [{batch}, H]: one vector a prompt"),
            .. stage.IsSwept(nameof(spec.Objective)) ? [] : ObjectiveFormula.Of(spec.Objective),
            ($"var loss   = {stage.Call(nameof(spec.Objective), $"z", $"labels")};", $" // same class together, different classes apart"),
        ]);
        code.Template(
            $"""
            // {Pairs(stage, spec)}
            {(
                spec.Labels == PairLabels.Class || stage.IsSwept(nameof(spec.Labels))
                    ? default
                    : (Code)$"// Control: the labels are shuffled once over all prompts, so there is nothing to discern."
            )}
            {load}

            // {Freezing(stage, spec)}
            {TrainingLoop.Of(stage, stage.Value(nameof(spec.Steps)), Trained(stage, spec, layer), forward)}
            """
        );
    }

    static Code Pairs(StageScope stage, ContrastiveRefinement spec)
    {
        if (spec.Sampling == PairSampling.Matched)
            return $"Pairs: every seemingly toxic prompt comes with the toxic prompt that differs only in what makes it toxic.";
        if (stage.IsSwept(nameof(spec.Batch)) || stage.IsSwept(nameof(spec.SeeminglyToxicShare)))
            return $"Pairs: a share of {stage.Words(nameof(spec.SeeminglyToxicShare))} of each batch is seemingly toxic, the rest "
                + $"toxic; each prompt of a class is equally likely, with replacement.";
        int first = (int)Math.Round(spec.SeeminglyToxicShare * spec.Batch);
        return $"Pairs: {first} seemingly toxic and {spec.Batch - first} toxic prompts a batch; each prompt of a class is equally "
            + $"likely, with replacement.";
    }

    static Code Freezing(StageScope stage, ContrastiveRefinement spec) =>
        stage.IsSwept(nameof(spec.TailFreezing))
            ? $"With tail freezing nothing above layer ℓ is trained; without it, weight decay acts on every parameter."
        : spec.TailFreezing ? (Code)$"Tail freezing: nothing above layer ℓ is trained, so nothing above ℓ is run."
        : $"No tail freezing: weight decay acts on every parameter, though the loss, read at layer ℓ, gives none above it a gradient.";

    static Code Trained(StageScope stage, ContrastiveRefinement spec, Code layer)
    {
        Code tail = $"model.Decoder.ParametersThrough(layer: {layer})",
            whole = $"model.Decoder.Parameters";
        return stage.IsSwept(nameof(spec.TailFreezing)) ? $"{stage.Value(nameof(spec.TailFreezing))} ? {tail} : {whole}"
            : spec.TailFreezing ? tail
            : whole;
    }
}
