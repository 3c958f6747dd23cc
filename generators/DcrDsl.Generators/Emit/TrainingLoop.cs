using DcrDsl.Specs;

namespace DcrDsl.Generators.Emit;

/// <summary>What every training loop has: optimiser, steps, backward, clipping, learning rate, log, checkpoint.</summary>
static class TrainingLoop
{
    /// <summary>The names it uses.</summary>
    public static readonly string[] Locals =
    [
        .. new[] { "weights", "optimiser", StageScope.Steps, "step", "scope", "loss", "norm", "most", "rate" },
        .. new[] { "recomputing", "whole", "part", "share", "inner" },
    ];

    /// <param name="stage">The stage.</param>
    /// <param name="steps">The number of steps.</param>
    /// <param name="parameters">The trained parameters.</param>
    /// <param name="forward">
    /// The lines from the batch to the scalar <c>loss</c>; they also define <c>tokens</c>, those of the batch.
    /// </param>
    /// <param name="beside">What is made of <c>weights</c> before the first step; empty: nothing.</param>
    /// <param name="tokens">How many tokens a step has; empty: those of the batch.</param>
    /// <param name="along">What else there is within the loop and behind it.</param>
    /// <param name="begin">What begins every step, before its batch; empty: nothing does.</param>
    /// <param name="terms">What the loss is the sum of, for the log; empty: it is of one piece.</param>
    public static Code Of(
        StageScope stage,
        Code steps,
        Code parameters,
        Code forward,
        Code beside = default,
        Code terms = default,
        Code tokens = default,
        LoopLines along = default,
        Code begin = default
    )
    {
        var spec = (TrainingStage)stage.Stage.Spec;
        bool clips = spec.ClipNorm is not null || stage.IsSwept(nameof(spec.ClipNorm)),
            isSwept = steps.ToString() == StageScope.Steps;
        var optimiser = Code.Join(", ", [$"weights", .. stage.NamedArguments(spec.Optimiser, nameof(spec.Optimiser))]);
        Code count =
            isSwept ? default
            : steps.ToString().All(char.IsDigit) ? (Code)$"const int steps = {steps};"
            : $"int steps = {steps};";
        Code Clip(Code most) => stage.Invoke("Gradients.Clip", $"weights", $"maxNorm: {most}");
        Code clip =
            stage.MayBeNone(nameof(spec.ClipNorm))
                ? (Code)$"var norm = {stage.Value(nameof(spec.ClipNorm))} is {{ }} most ? {Clip($"most")} : null;"
            : clips ? (Code)$"var norm = {Clip(stage.Value(nameof(spec.ClipNorm)))};"
            : default;
        bool accumulates = Accumulates(stage);
        Code norm = clips ? (Code)$"norm" : $"norm: null";
        return $$"""
            var weights = {{parameters}};
            {{beside}}
            {{Recomputing(stage, spec)}}
            using var optimiser = new {{stage.Function(spec.Optimiser)}}({{optimiser}});
            {{count}}

            for (int step = run.Resume(weights, optimiser); step < steps; step++)
            {
                {{along.BeforeStep}}
                {{WatchEmitter.BeforeStep(stage)}}
                using var scope = {{stage.Type("NewDisposeScope")}}();
                {{begin}}
                {{(accumulates ? InParts(stage, forward) : Whole(forward))}}
                {{clip}}
                double rate = {{Rate(stage, spec)}};
                optimiser.Step(rate);

                run.Log(step, steps, {{(accumulates ? $"whole.Loss" : (Code)$"loss")}}, {{norm}}, rate, tokens: {{(
                accumulates ? $"whole.Tokens"
                : tokens.IsEmpty ? $"tokens.Count"
                : tokens
            )}}, every: {{stage.Value(
                nameof(spec.LogEvery)
            )}}{{(terms.IsEmpty ? terms : $", terms: [{terms}]")}});
                run.Checkpoint(step, weights, optimiser);
            }
            {{along.AfterSteps}}
            {{WatchEmitter.AfterSteps(stage, along.Made)}}
            """;
    }

    /// <summary>Whether batches go through the model in parts.</summary>
    public static bool Accumulates(StageScope stage) =>
        stage.Stage.Spec is TextTraining text && (text.Accumulate > 1 || stage.IsSwept(nameof(text.Accumulate)));

    /// <summary>The batch of a step, or of a part of it.</summary>
    public static Code Draw(StageScope stage) => Accumulates(stage) ? (Code)$"part" : $"batches.Draw(step)";

    static Code Whole(Code forward) =>
        $"""
            {forward}

            optimiser.ZeroGradients();
            loss.backward();
            """;

    static Code InParts(StageScope stage, Code forward)
    {
        var parts = stage.Value(nameof(TextTraining.Accumulate));
        return $$"""
            // The batch goes through the model in {{parts}} parts, whose gradients add up to its own: ∂L = Σ share · ∂L(part).
            optimiser.ZeroGradients();
            var whole = new {{stage.Type("BatchLoss")}}();
            foreach (var (part, share) in batches.InParts(step, parts: {{parts}}))
            {
                using var inner = {{stage.Type("NewDisposeScope")}}();
                {{forward}}

                whole.Backward(loss, share, tokens.Count);
            }
            """;
    }

    static Code Recomputing(StageScope stage, TrainingStage spec)
    {
        const string Option = nameof(TrainingStage.Recompute);
        return !spec.Recompute && !stage.IsSwept(Option)
            ? default
            : (Code)
                $"""
                    // Of a block only what goes in is kept for the backward pass, which computes the rest again.
                    using var recomputing = {(
                        stage.IsSwept(Option)
                            ? (Code)$"{stage.Value(Option)} ? model.Decoder.Recompute() : null"
                            : $"model.Decoder.Recompute()"
                    )};
                    """;
    }

    static Code Rate(StageScope stage, TrainingStage spec)
    {
        Code[] given = [$"step", $"peak: {stage.Value(nameof(spec.LearningRate))}", $"warmup: {stage.Value("Schedule.Warmup")}"];
        Code[] total = spec.Schedule.DependsOnTotal ? [$"total: steps"] : [];
        var own = stage.NamedArguments(spec.Schedule, nameof(spec.Schedule), except: nameof(Schedule.Warmup));
        return $"{stage.Function(spec.Schedule)}({Code.Join(", ", given.Concat(total).Concat(own))})";
    }
}
