using DcrDsl.Generators.Values;
using DcrDsl.Specs;

namespace DcrDsl.Generators.Emit;

/// <summary>
/// Writes what held-out prompts do for a refinement: they tell whether it discerns, choose ℓ and end it early. A refinement without them
/// has none of these lines.
/// </summary>
static class DiscernmentEmitter
{
    const string Path = nameof(ContrastiveRefinement.Discernment),
        Depth = nameof(ContrastiveRefinement.LayerDepth),
        Stop = $"{Path}.{nameof(Discernment.StopWhen)}";

    /// <summary>The names that it uses.</summary>
    public static readonly string[] Locals = ["heldOut", "chosenLayer"];

    /// <summary>The held-out prompts, and ℓ where that is chosen; in what follows ℓ is that local.</summary>
    public static Code Before(StageScope stage, ContrastiveRefinement spec)
    {
        var heldOut = spec.Discernment is { } discernment ? HeldOut(stage, spec, discernment) : default;
        if (ChosenLayer(stage, spec) is not { IsEmpty: false } chosen)
            return heldOut.IsEmpty ? heldOut : $"{heldOut}\n";
        stage.Stand(nameof(spec.Layer), $"chosenLayer");
        return $"{Code.Below(heldOut, chosen)}\n";
    }

    static Code HeldOut(StageScope stage, ContrastiveRefinement spec, Discernment discernment) =>
        $"""
            // Held out: no stage trains on these prompts{(
                discernment.InDistribution ? (Code)$", unless it is said" : default
            )}. They tell whether the refinement discerns.
            var heldOut = new {stage.Type("HeldOutPrompts")}(run, model, {Load(stage, nameof(discernment.SeeminglyToxic))}, {Load(
                stage,
                nameof(discernment.Toxic)
            )}, {Pooling(stage, spec)}, folds: {Value(stage, nameof(discernment.Folds))}, ridge: {Value(
                stage,
                nameof(discernment.Ridge)
            )}, batch: {Value(stage, nameof(discernment.Batch))});
            """;

    static Code ChosenLayer(StageScope stage, ContrastiveRefinement spec) =>
        spec.Discernment?.ChooseLayer is { } choice
            ? $"""
                // ℓ: the lowest of {Which(choice)} layers at which a linear probe is at most one standard error below the best.
                int chosenLayer = heldOut.ChooseLayer({Value(stage, $"{nameof(Discernment.ChooseLayer)}.{nameof(ByProbe.Layers)}")});
                """
        : stage.MayBeNone(Depth)
            ? (Code)
                $"int chosenLayer = {stage.Value(Depth)} is null ? {stage.Value(nameof(spec.Layer))} : {AtDepth(
                    $"{stage.Value(Depth)}.Value"
                )};"
        : spec.LayerDepth is not null || stage.IsSwept(Depth)
            ? (Code)$"int chosenLayer = {AtDepth(stage.Value(Depth))};  // ℓ: the nearest block"
        : default;

    static Code AtDepth(Code depth) => $"model.Decoder.LayerAtDepth({depth})";

    static Code Which(ByProbe choice) => choice.Layers.Count == 0 ? (Code)$"all" : $"these";

    /// <summary>What is read before the first step.</summary>
    public static Code Begin(StageScope stage, ContrastiveRefinement spec) =>
        spec.Discernment is null
            ? default
            : (Code)
                $"""
                    // What the objective comes to without discernment: all prompts of a batch equally similar, whatever their classes.
                    heldOut.Begin(layer: {stage.Value(nameof(spec.Layer))}, every: {Value(
                        stage,
                        nameof(Discernment.Every)
                    )}, pairs, {Objective(stage, spec)});

                    """;

    /// <summary>The lines within the loop and behind it.</summary>
    public static LoopLines Along(StageScope stage, ContrastiveRefinement spec)
    {
        if (spec.Discernment is not { } discernment)
            return default;
        if (discernment.StopWhen is null)
            return new($"heldOut.Read(step); // {When(stage, discernment)}; changes nothing", $"heldOut.End(steps);");
        Code separated = Code.Join(
            ", ",
            [
                $"step",
                $"steps",
                $"auc: {stage.Value($"{Stop}.{nameof(Separated.Auc)}")}",
                $"every: {stage.Value($"{Stop}.{nameof(Separated.Every)}")}",
                $"inARow: {stage.Value($"{Stop}.{nameof(Separated.InARow)}")}",
            ]
        );
        return new(
            $"""
            if (heldOut.AreSeparated({separated}))
                break; // the rate is that of all declared steps
            """,
            $"heldOut.End(steps);",
            $"heldOut.StepsMade"
        );
    }

    static Code When(StageScope stage, Discernment discernment) =>
        discernment.Every == 0 && !stage.IsSwept($"{Path}.{nameof(discernment.Every)}")
            ? (Code)$"before the first step"
            : $"before the first step and every {stage.Words($"{Path}.{nameof(discernment.Every)}")}";

    static Code Objective(StageScope stage, ContrastiveRefinement spec) =>
        stage.IsSwept(nameof(spec.Objective))
            ? stage.Value(nameof(spec.Objective))
            : $"(z, labels) => {stage.Call(nameof(spec.Objective), $"z", $"labels")}";

    static Code Pooling(StageScope stage, ContrastiveRefinement spec) =>
        stage.IsSwept(nameof(spec.Pooling)) ? stage.Value(nameof(spec.Pooling))
        : SpecRecord.All(spec.Pooling).Any() ? $"(hidden, prompts) => {stage.Call(nameof(spec.Pooling), $"hidden", $"prompts")}"
        : stage.Function(spec.Pooling);

    static Code Load(StageScope stage, string option) => $"run.Load({Value(stage, option)}, model.Chat)";

    static Code Value(StageScope stage, string option) => stage.Value($"{Path}.{option}");
}

/// <summary>What a kind of stage adds to the training loop beside the step itself.</summary>
/// <param name="BeforeStep">The first lines of the loop.</param>
/// <param name="AfterSteps">The lines behind it.</param>
/// <param name="Made">Steps made, where these can be fewer than declared; empty: <c>steps</c>.</param>
readonly record struct LoopLines(Code BeforeStep, Code AfterSteps, Code Made = default);
