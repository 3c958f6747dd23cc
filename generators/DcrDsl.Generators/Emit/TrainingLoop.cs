using DcrDsl.Specs;

namespace DcrDsl.Generators.Emit;

/// <summary>Writes what every training loop has: optimiser, steps, backward, clipping, learning rate, log, checkpoint.</summary>
static class TrainingLoop
{
    /// <param name="code">The writer.</param>
    /// <param name="stage">The stage.</param>
    /// <param name="steps">C# for the number of steps.</param>
    /// <param name="parameters">C# for the trained parameters.</param>
    /// <param name="forward">
    /// Writes the part from the batch to the scalar <c>loss</c>; must also define <c>count</c>, the batch's real tokens.
    /// </param>
    public static void Emit(CodeWriter code, StageScope stage, Code steps, Code parameters, Action forward)
    {
        var spec = (TrainingStage)stage.Stage.Spec;
        bool clips = spec.ClipNorm is not null || stage.IsSwept(nameof(spec.ClipNorm));

        code.Line($"var weights = {parameters};");
        code.Line(
            $"using var optimiser = new "
                + $"{stage.Function(spec.Optimiser)}({Code.Join(", ", [$"weights", .. stage.NamedArguments(spec.Optimiser, nameof(spec.Optimiser))])});"
        );
        // A swept number of steps is already a parameter of that name.
        if (steps.ToString() != StageScope.Steps)
            code.Line($"{(steps.ToString().All(char.IsDigit) ? (Code)$"const " : $"")}int steps = {steps};");
        code.Line();
        code.Line($"for (int step = 0; step < steps; step++)");
        using (code.Block())
        {
            code.Line($"using var scope = {stage.Type("NewDisposeScope")}();");
            forward();
            code.Line();
            code.Line($"optimiser.ZeroGradients();");
            code.Line($"loss.backward();");
            if (stage.MayBeNone(nameof(spec.ClipNorm)))
                code.Line(
                    $"var norm = {stage.Value(nameof(spec.ClipNorm))} is {{ }} most ? {stage.Type("Gradients")}.Clip(weights, maxNorm: "
                        + $"most) : null;"
                );
            else if (clips)
                code.Line($"var norm = {stage.Type("Gradients")}.Clip(weights, maxNorm: {stage.Value(nameof(spec.ClipNorm))});");
            code.Line($"double rate = {Schedule(stage, spec)};");
            code.Line($"optimiser.Step(rate);");
            code.Line();
            code.Line(
                $"run.Log(step, steps, loss, {(clips ? (Code)$"norm" : $"norm: null")}, rate, tokens: count, every: "
                    + $"{stage.Value(nameof(spec.LogEvery))});"
            );
            code.Line($"run.Checkpoint();");
        }
    }

    static Code Schedule(StageScope stage, TrainingStage spec)
    {
        Code[] given = [$"step", $"peak: {stage.Value(nameof(spec.LearningRate))}", $"warmup: {stage.Value("Schedule.Warmup")}"];
        Code[] total = spec.Schedule.DependsOnTotal ? [$"total: steps"] : [];
        var own = stage.NamedArguments(spec.Schedule, nameof(spec.Schedule), except: nameof(Specs.Schedule.Warmup));
        return $"{stage.Function(spec.Schedule)}({Code.Join(", ", given.Concat(total).Concat(own))})";
    }
}
