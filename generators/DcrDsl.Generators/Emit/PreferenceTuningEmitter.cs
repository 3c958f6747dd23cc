using DcrDsl.Specs;

namespace DcrDsl.Generators.Emit;

/// <summary>Writes a preference tuning stage.</summary>
sealed class PreferenceTuningEmitter : StageEmitter
{
    public override Type Kind => typeof(PreferenceTuning);

    public override IReadOnlyList<StageMethod> Methods => [new(StageShape.Train, Describe, Write)];

    public override IReadOnlyList<string> Locals =>
        [
            .. TrainingLoop.Locals,
            .. AdaptedLoop.Locals,
            .. new[] { "pairs", "toxic", "batches", "reference" },
            .. new[] { "tokens", "rows", "targets", "answers", "lengths", "places", "hidden", "states", "policy", "before" },
        ];

    static Code Describe(object spec) => $"preference tuning, of two answers to a prompt the preferred one is made likelier";

    static void Write(CodeWriter code, StageScope stage)
    {
        var spec = (PreferenceTuning)stage.Stage.Spec;
        Code steps = $"{stage.Value(nameof(spec.Epochs))} * batches.StepsPerEpoch",
            disjoint = stage.Stage.Excluded.Count > 0
                ? (Code)$"// Toxic prompts that a refinement learns from are taken out: the method keeps the two disjoint."
                : default;
        code.Template(
            $"""
            // Pairs: two answers to a prompt, of which one is preferred. log π(y | x) sums over an answer's tokens and its end token.
            {disjoint}
            {Data(stage, spec)}

            {Reference(stage, spec)}

            {AdaptedLoop.Of(stage, spec.Adapter, steps, Forward(stage, spec))}
            """
        );
    }

    static Code Data(StageScope stage, PreferenceTuning spec)
    {
        bool toxic = spec.ToxicPairs is not null || stage.IsSwept(nameof(spec.ToxicPairs));
        var load = new List<(Code, Code)> { ($"var pairs", $"= run.Load({stage.Value(nameof(spec.Pairs))}, model.Chat);") };
        if (toxic)
        {
            Code none = stage.MayBeNone(nameof(spec.ToxicPairs))
                ? (Code)$"{stage.Value(nameof(spec.ToxicPairs))} is null ? [] : "
                : default;
            load.Add(($"var toxic", $"= {none}run.Load({stage.Value(nameof(spec.ToxicPairs))}, model.Chat);"));
        }
        var refined = stage.Stage.Excluded.Select(source => (Source: source, Local: stage.Local("refined"))).ToList();
        foreach (var (source, local) in refined)
            load.Add(($"var {local}", $"= run.Load({stage.Literal(source)}, model.Chat);"));
        Code[] without = refined.Count > 0 ? [$"disjointFrom: [{Code.Join(", ", refined.Select(r => (Code)$"..{r.Local}"))}]"] : [];
        var batches = stage.Invoke(
            "PreferenceBatches.Of",
            [
                toxic ? $"[.. pairs, .. toxic]" : (Code)$"pairs",
                $"model.Chat",
                $"size: {stage.Value(nameof(spec.Batch))}",
                $"seed",
                $"purpose: {stage.Purpose}",
                $"run.Device",
                .. without,
            ]
        );
        load.Add(($"var batches", $"= {batches};"));
        return Code.Columns([.. load]);
    }

    static Code Reference(StageScope stage, PreferenceTuning spec)
    {
        Code named = stage.Value(nameof(spec.Reference)),
            model = stage.MayBeNone(nameof(spec.Reference)) ? $"{named} is null ? model : run.ModelAfter({named})"
            : spec.Reference is null && !stage.IsSwept(nameof(spec.Reference)) ? (Code)$"model"
            : $"run.ModelAfter({named})",
            which = model.ToString() == "model" ? $"the model as this stage finds it"
            : stage.MayBeNone(nameof(spec.Reference))
                ? $"the model as this stage finds it or, where a stage is named, as that one has left it"
            : (Code)$"the model as stage {stage.Words(nameof(spec.Reference))} has left it";
        return $"""
            // The reference π_ref is {which}, asked once for every pair; no step asks it again.
            var reference = run.Once("reference", () => {stage.Type("ReferencePass.Run")}({model}, batches, run.Cancellation)); // [2P]
            """;
    }

    static Code Forward(StageScope stage, PreferenceTuning spec)
    {
        bool swept = stage.IsSwept(nameof(spec.Batch)),
            inParts = TrainingLoop.Accumulates(stage);
        Code batch = inParts ? $"B" : stage.Value(nameof(spec.Batch)),
            texts = swept || inParts ? $"2·{batch}" : (Code)$"{2 * spec.Batch}";
        return Code.Columns([
            ($"// {texts} texts, N tokens, M of them answers: the prompts with their preferred answers, then with the others.", default),
            ($"var (tokens, rows, targets, answers, lengths, places) = {TrainingLoop.Draw(stage)};", default),
            ($"var hidden = model.Decoder.Forward(tokens);", $" // [N, H], after the final norm"),
            ($"var states = {stage.Type("HiddenStates")}.Rows(hidden, rows);", $" // [M, H]: of answer tokens only"),
            (
                $"var policy = {stage.Type("AnswerLogProbabilities.Of")}(model.Decoder, states, targets, answers, lengths);",
                $" // [{texts}]: log π(y | x)"
            ),
            ($"var before = {stage.Type("ReferencePass.At")}(reference, places);", $" // [{texts}]: log π_ref(y | x)"),
            .. stage.IsSwept(nameof(spec.Objective)) ? [] : ObjectiveFormula.Of(spec.Objective),
            ($"var loss   = {stage.Call(nameof(spec.Objective), $"policy", $"before", $"lengths")};", default),
        ]);
    }
}
