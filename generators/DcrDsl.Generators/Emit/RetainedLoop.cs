using DcrDsl.Generators.Values;
using DcrDsl.Specs;

namespace DcrDsl.Generators.Emit;

/// <summary>The loop of a refinement, with the terms that hold the model to what it was where there are some.</summary>
static class RetainedLoop
{
    /// <summary>The names that terms and what they share use.</summary>
    public static IEnumerable<string> Locals =>
        RetainEmitter.All.SelectMany(e => e.Locals.Append(e.Local)).Concat(["texts", "drawn", "kept", "tail", "contrast"]);

    /// <summary>Whether a term needs general prompts.</summary>
    public static bool IsOnGeneralPrompts(ContrastiveRefinement spec) => spec.Retain.Any(t => t.IsOnGeneralPrompts);

    /// <summary>The local that holds the objective: the loss itself, unless there are terms to add.</summary>
    public static Code Contrast(ContrastiveRefinement spec) => spec.Retain.Count == 0 ? $"var loss  " : (Code)$"var contrast";

    /// <summary>The batches of general prompts.</summary>
    public static Code Texts(StageScope stage, ContrastiveRefinement spec) =>
        $"= {stage.Type("GeneralTexts")}.Of(general, model.Chat, size: {stage.Value(nameof(spec.RetainBatch))}, seed, "
        + $"purpose: {stage.Purpose}, run.Device);";

    /// <summary>What the untouched model makes of the general prompts.</summary>
    public static Code Untouched(StageScope stage, ContrastiveRefinement spec) =>
        !IsOnGeneralPrompts(spec)
            ? default
            : (Code)
                $"""
                    // What the untouched model makes of the general prompts: computed once, before the first step.
                    {Code.Below(Emitters(spec).Where(e => e.Before is not null).Select(e => e.Before!(stage)))}

                    """;

    /// <summary>What becomes of the blocks above ℓ where a loss goes through them; empty: none does.</summary>
    public static Code Freezing(StageScope stage, ContrastiveRefinement spec) =>
        !GoesThroughTail(spec) ? default
        : spec.Adapter is not null || spec.TailFreezing && !stage.IsSwept(nameof(spec.TailFreezing))
            ? $"Tail freezing: nothing above layer ℓ is trained; it is run for the outputs of general prompts only."
        : stage.IsSwept(nameof(spec.TailFreezing))
            ? (Code)$"With tail freezing nothing above layer ℓ is trained, and gradients go through it; without it, all parameters are."
        : $"No tail freezing: the outputs of general prompts give every parameter a gradient.";

    /// <param name="stage">The stage.</param>
    /// <param name="spec">Its record.</param>
    /// <param name="weights">The trained parameters.</param>
    /// <param name="contrast">The lines from the batch of pairs to the objective.</param>
    public static Code Of(StageScope stage, ContrastiveRefinement spec, Code weights, Code contrast)
    {
        var steps = stage.Value(nameof(spec.Steps));
        if (spec.Retain.Count == 0)
            return TrainingLoop.Of(stage, steps, weights, contrast, along: DiscernmentEmitter.Along(stage, spec));
        var terms = Emitters(spec).Select(e => e.Local).Prepend("contrast").Select(t => (Code)$"({Code.Text(t)}, {Code.Name(t)})");
        var beside = Emitters(spec).Where(e => e.Beside is not null).Select(e => e.Beside!(stage)).Append(Tail(stage, spec));
        return TrainingLoop.Of(
            stage,
            steps,
            weights,
            $"""
            {contrast}

            {Terms(stage, spec)}

            // L = L_contrast + Σ weight · R
            var loss = contrast{Code.Join("", Emitters(spec).Select(e => e.Added(stage)))};
            """,
            beside: Code.Below(beside),
            terms: Code.Join(", ", terms),
            tokens: IsOnGeneralPrompts(spec) ? (Code)$"tokens.Count + drawn.Tokens.Count" : default,
            along: DiscernmentEmitter.Along(stage, spec)
        );
    }

    static Code Terms(StageScope stage, ContrastiveRefinement spec)
    {
        Code size = stage.Value(nameof(spec.RetainBatch));
        Code held = IsOnGeneralPrompts(spec)
            ? Code.Columns([
                ($"// The model is held to what it was on general prompts.", default),
                ($"var drawn = texts.Draw(step);", $" // {size} texts, N tokens, and the places that count"),
                (
                    $"var kept  = model.Decoder.HiddenAfter(drawn.Tokens, layer: {stage.Value(nameof(spec.Layer))});",
                    $" // [N, H]: h after block ℓ = {stage.Words(nameof(spec.Layer))}"
                ),
            ])
            : (Code)$"// The model is held to what it was.";
        return Code.Below(spec.Retain.Select(t => Code.Columns([.. RetainEmitter.For(t).Lines(stage, t)])).Prepend(held));
    }

    static IEnumerable<RetainEmitter> Emitters(ContrastiveRefinement spec) => spec.Retain.Select(RetainEmitter.For);

    static bool GoesThroughTail(ContrastiveRefinement spec) => spec.Retain.Any(t => t is OutputDivergence);

    /// <summary>What is above ℓ gets no gradient; beside an adapter, no weight does anyway.</summary>
    static Code Tail(StageScope stage, ContrastiveRefinement spec)
    {
        Code frozen = $"model.Decoder.FreezeAbove(layer: {stage.Value(nameof(spec.Layer))})";
        return !GoesThroughTail(spec) || spec.Adapter is not null ? default
            : stage.IsSwept(nameof(spec.TailFreezing)) ? $"using var tail = {stage.Value(nameof(spec.TailFreezing))} ? {frozen} : null;"
            : spec.TailFreezing ? (Code)$"using var tail = {frozen};"
            : default;
    }
}
