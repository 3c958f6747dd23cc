using DcrDsl.Specs;

namespace DcrDsl.Generators.Emit;

/// <summary>Writes a contrastive refinement stage.</summary>
static class ContrastiveRefinementEmitter
{
    public static void Emit(CodeWriter code, StageScope stage)
    {
        var spec = (ContrastiveRefinement)stage.Stage.Spec;
        Code layer = stage.Value(nameof(spec.Layer)),
            batch = stage.Value(nameof(spec.Batch));
        Code labels =
            spec.Labels == PairLabels.Class && !stage.IsSwept(nameof(spec.Labels))
                ? $""
                : (Code)$", labels: {stage.Value(nameof(spec.Labels))}";

        code.Line(
            spec.Sampling == PairSampling.Matched
                ? (Code)$"// Pairs: every seemingly toxic prompt comes with the toxic prompt that differs only in what makes it toxic."
                : $"// Pairs: a weighted sampler fills each batch with a share of {stage.Words(nameof(spec.SeeminglyToxicShare))} "
                    + $"seemingly toxic prompts, with replacement."
        );
        if (!labels.IsEmpty && !stage.IsSwept(nameof(spec.Labels)))
            code.Line($"// Control: the labels are shuffled once over all prompts, so there is nothing to discern.");
        code.Aligned(
            ($"var seeminglyToxic", $"= run.Load({stage.Value(nameof(spec.SeeminglyToxic))}, model.Chat);  // label 0"),
            ($"var toxic", $"= run.Load({stage.Value(nameof(spec.Toxic))}, model.Chat);  // label 1"),
            (
                $"var pairs",
                $"= {stage.Function(spec.Sampling)}(seeminglyToxic, toxic, model.Chat, size: {batch}, seeminglyToxicShare: "
                    + $"{stage.Value(nameof(spec.SeeminglyToxicShare))}, seed, purpose: {stage.Purpose}, run.Device{labels});"
            )
        );
        code.Line();
        Code tail = $"model.Decoder.ParametersThrough(layer: {layer})",
            whole = $"model.Decoder.Parameters";
        bool sweptFreezing = stage.IsSwept(nameof(spec.TailFreezing));
        code.Line(
            sweptFreezing
                ? (Code)$"// With tail freezing nothing above layer ℓ is trained; without it, weight decay acts on every parameter."
            : spec.TailFreezing ? (Code)$"// Tail freezing: nothing above layer ℓ is trained, so nothing above ℓ is run."
            : $"// No tail freezing: weight decay acts on every parameter, though the loss, read at layer ℓ, gives none above it "
                + $"a gradient."
        );
        Code parameters =
            sweptFreezing ? (Code)$"{stage.Value(nameof(spec.TailFreezing))} ? {tail} : {whole}"
            : spec.TailFreezing ? tail
            : whole;
        TrainingLoop.Emit(
            code,
            stage,
            stage.Value(nameof(spec.Steps)),
            parameters,
            () =>
            {
                code.Aligned(
                    ($"var (tokens, lengths, labels, count) = pairs.Draw(step);", $" // [{batch}, T]; [{batch}]; [{batch}]"),
                    (
                        $"var hidden = model.Decoder.HiddenAfter(tokens, layer: {layer});",
                        $" // [{batch}, T, H]: h after block ℓ = {stage.Words(nameof(spec.Layer))}"
                    ),
                    ($"var z      = {stage.Call(nameof(spec.Pooling), $"hidden", $"lengths")};", $" // [{batch}, H]: one vector a prompt"),
                    (
                        $"var loss   = {stage.Call(nameof(spec.Objective), $"z", $"labels")};",
                        $" // same class together, different classes apart"
                    )
                );
            }
        );
    }
}
