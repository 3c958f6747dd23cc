using DcrDsl.Specs;

namespace DcrDsl.Generators.Emit;

/// <summary>Writes a stage that steers as Surgical does.</summary>
sealed class SurgicalEmitter : StageEmitter
{
    const string Strength = nameof(Surgical.Addition) + "." + nameof(RefusalAddition.Strength),
        AdditionLimit = nameof(Surgical.Addition) + "." + nameof(RefusalAddition.KlThreshold);

    public override Type Kind => typeof(Surgical);

    public override IReadOnlyList<StageMethod> Methods => [new(StageShape.Attach, Describe, Write)];

    public override IReadOnlyList<string> Locals =>
        [
            "frozen",
            "positions",
            "blocks",
            "t",
            "f",
            "cleaned",
            "search",
            "ablated",
            "added",
            "steering",
            .. SteeringLines.Locals,
            "overRefused",
            "overRefusedValidation",
            "generalValidation",
            "refusal",
            "atToxic",
            "atOverRefused",
            "atGeneral",
        ];

    static Code Describe(object spec) =>
        $"Surgical, the direction of false refusal is taken out of the residual stream; no weight is trained";

    static void Write(CodeWriter code, StageScope stage)
    {
        var spec = (Surgical)stage.Stage.Spec;
        bool adds = spec.Addition is not null || stage.IsSwept(nameof(spec.Addition));
        Code batch = stage.Value(nameof(spec.Batch)),
            classes = $"toxic, overRefused, general";
        code.Template(
            $"""
            using var frozen = {stage.Type("no_grad")}();

            // Prompts to learn from, of two classes others to choose by, and the blocks at whose inputs directions are looked for.
            {Prompts(stage, spec)}
            {Blocks(stage, spec)}

            // The model itself decides who is learnt from: those refused, and of general prompts those answered, by the sign of
            // s(x) = log(P + ε) − log(1 − P + ε), P: the probability of the openers as the first response token.
            {Refusal(stage, batch)}
            toxic       = refusal.Refused(toxic);
            overRefused = refusal.Refused(overRefused);
            general     = refusal.Answered(general);

            // Mean states at the input of every block at the last p tokens, [p, L, H], in float64.
            {Positions(stage, spec, classes)}
            {Code.Columns(Mean(stage, "toxic", batch), Mean(stage, "overRefused", batch), Mean(stage, "general", batch))}
            {Code.Columns(
                ($"var t = {stage.Type("Directions")}.Between(atToxic, atGeneral);", $" // true refusal"),
                ($"var f = {stage.Type("Directions")}.Between(atOverRefused, atGeneral);", $" // false refusal"),
                (
                    $"var cleaned = f.Without(t, share: {stage.Value(nameof(spec.Orthogonalisation))});",
                    $" // f⊥ = f − λ·(f·t)/(t·t + ε)·t, of length 1"
                )
            )}

            // Each ablated, h ← h − (h·u)·u at the input of every block and the output of every attention and feed-forward network:
            // of those with KL(before ‖ after) on general prompts at most the threshold, the lowest s on over-refused ones.
            var search  = new {stage.Type("DirectionSearch")}({stage.Purpose}, refusal, general, blocks);
            var ablated = search.ByAblation(cleaned, overRefused, klThreshold: {stage.Value(nameof(spec.KlThreshold))}, best: {stage.Value(
                nameof(spec.Directions)
            )});
            {(adds ? Added(stage) : default)}
            var steering = ablated.Ablation(share: {stage.Value(nameof(spec.Share))}, {(
                adds ? (Code)$"added, strength: {stage.Value(Strength)}, " : default(Code)
            )}{classes});
            {Folded(stage)}
            return steering;
            """
        );
    }

    static Code Prompts(StageScope stage, Surgical spec)
    {
        Code training = $"training: {stage.Value(nameof(spec.TrainingPrompts))}",
            validation = $", validation: {stage.Value(nameof(spec.ValidationPrompts))}";
        return Code.Below([
            SteeringLines.Prompts(stage, nameof(spec.Toxic), training),
            HeldOut(nameof(spec.OverRefusedValidation), spec.OverRefusedValidation),
            SteeringLines.Prompts(
                stage,
                nameof(spec.OverRefused),
                $"{training}{validation}{Given(nameof(spec.OverRefusedValidation), spec.OverRefusedValidation)}"
            ),
            HeldOut(nameof(spec.GeneralValidation), spec.GeneralValidation),
            SteeringLines.Prompts(
                stage,
                nameof(spec.General),
                $"{training}{validation}{Given(nameof(spec.GeneralValidation), spec.GeneralValidation)}"
            ),
        ]);

        Code HeldOut(string option, PromptSource? source) =>
            source is null && !stage.IsSwept(option)
                ? default
                : (Code)$"var {StageScope.Argument(option)} = {SteeringLines.Loaded(stage, option)};";

        Code Given(string option, PromptSource? source) =>
            source is null && !stage.IsSwept(option) ? default : (Code)$", heldOut: {StageScope.Argument(option)}";
    }

    static Code Refusal(StageScope stage, Code batch) =>
        $"var refusal = {stage.Type("RefusalScore")}.Of(model, openers: {stage.Value(nameof(Surgical.RefusalOpeners))}, behind: toxic, "
        + $"batch: {batch}, run.Cancellation);";

    static Code Positions(StageScope stage, Surgical spec, Code classes)
    {
        Code end = $"{stage.Type("SteeringPrompts")}.CommonEnd({classes})";
        return stage.MayBeNone(nameof(spec.Positions)) ? $"int positions = {stage.Value(nameof(spec.Positions))} ?? {end};"
            : spec.Positions is null && !stage.IsSwept(nameof(spec.Positions))
                ? (Code)$"int positions = {end};  // p: the template's tokens behind what the user says"
            : $"int positions = {stage.Value(nameof(spec.Positions))};  // p";
    }

    static (Code, Code) Mean(StageScope stage, string prompts, Code batch)
    {
        Code local = Code.Name(prompts),
            name = Code.Name("at" + char.ToUpperInvariant(prompts[0]) + prompts.Substring(1));
        return (
            $"var {name}",
            $"= {stage.Type("MeanStates")}.Of(model, {local}, {stage.Type("StreamSite")}.BlockInput, positions, "
                + $"batch: {batch}, run.Cancellation);"
        );
    }

    static Code Blocks(StageScope stage, Surgical spec) =>
        $"var blocks = {stage.Type("SteeredBlocks")}.Before({stage.Purpose}, model, {Code.Join(
            ", ",
            SteeringLines.Given(stage, nameof(spec.EndDepth), nameof(spec.StartDepth), nameof(spec.StartLayer))
        )});";

    static Code Added(StageScope stage) =>
        $"""

            // Of true refusal, the direction that when added makes the model refuse general prompts most: h ← h + a·t at its block.
            var added = search.ByAddition(t, klThreshold: {stage.Value(AdditionLimit)});
            """;

    static Code Folded(StageScope stage)
    {
        Code merge = $"model.Attach(steering).Merge();";
        if (stage.IsSwept(nameof(Surgical.Fold)))
            return $"if ({stage.Value(nameof(Surgical.Fold))})\n    {merge} // W ← W − u uᵀ W";
        return (bool)stage.Get(nameof(Surgical.Fold))!
            ? $"{merge}  // W ← W − u uᵀ W once: answers cost what they cost before"
            : default(Code);
    }
}
