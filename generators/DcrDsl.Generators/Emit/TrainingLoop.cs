using DcrDsl.Specs;

namespace DcrDsl.Generators.Emit;

/// <summary>What every training loop has: optimiser, steps, backward, clipping, learning rate, log, checkpoint.</summary>
static class TrainingLoop
{
    /// <summary>The names it uses.</summary>
    public static readonly string[] Locals = ["weights", "optimiser", StageScope.Steps, "step", "scope", "loss", "norm", "most", "rate"];

    /// <param name="stage">The stage.</param>
    /// <param name="steps">The number of steps.</param>
    /// <param name="parameters">The trained parameters.</param>
    /// <param name="forward">
    /// The lines from the batch to the scalar <c>loss</c>; they also define <c>tokens</c>, those of the batch.
    /// </param>
    /// <param name="beside">What is made of <c>weights</c> before the first step; empty: nothing.</param>
    /// <param name="tokens">How many tokens a step has; empty: those of the batch.</param>
    /// <param name="along">What else there is within the loop and behind it.</param>
    /// <param name="terms">What the loss is the sum of, for the log; empty: it is of one piece.</param>
    public static Code Of(
        StageScope stage,
        Code steps,
        Code parameters,
        Code forward,
        Code beside = default,
        Code terms = default,
        Code tokens = default,
        LoopLines along = default
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
        Code norm = clips ? (Code)$"norm" : $"norm: null";
        return $$"""
            var weights = {{parameters}};
            {{beside}}
            using var optimiser = new {{stage.Function(spec.Optimiser)}}({{optimiser}});
            {{count}}

            for (int step = run.Resume(weights, optimiser); step < steps; step++)
            {
                {{along.BeforeStep}}
                {{WatchEmitter.BeforeStep(stage)}}
                using var scope = {{stage.Type("NewDisposeScope")}}();
                {{forward}}

                optimiser.ZeroGradients();
                loss.backward();
                {{clip}}
                double rate = {{Rate(stage, spec)}};
                optimiser.Step(rate);

                run.Log(step, steps, loss, {{norm}}, rate, tokens: {{(tokens.IsEmpty ? $"tokens.Count" : tokens)}}, every: {{stage.Value(
                nameof(spec.LogEvery)
            )}}{{(terms.IsEmpty ? terms : $", terms: [{terms}]")}});
                run.Checkpoint(step, weights, optimiser);
            }
            {{along.AfterSteps}}
            {{WatchEmitter.AfterSteps(stage, along.Made)}}
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
