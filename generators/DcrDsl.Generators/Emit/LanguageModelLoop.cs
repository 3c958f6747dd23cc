using DcrDsl.Specs;

namespace DcrDsl.Generators.Emit;

/// <summary>Writes the loop that minimises a next-token loss; pretraining and fine-tuning differ in their batches only.</summary>
static class LanguageModelLoop
{
    /// <param name="code">The writer.</param>
    /// <param name="stage">The stage.</param>
    /// <param name="steps">C# for the number of steps.</param>
    /// <param name="parameters">C# for the trained parameters; empty: all of the decoder's.</param>
    /// <param name="beginStep">C# for what begins every step, and its comment; null: nothing does.</param>
    public static void Emit(
        CodeWriter code,
        StageScope stage,
        Code steps,
        Code parameters = default,
        (Code Code, Code Comment)? beginStep = null
    )
    {
        TrainingLoop.Emit(
            code,
            stage,
            steps,
            parameters.IsEmpty ? $"model.Decoder.Parameters" : parameters,
            () =>
            {
                var batch = stage.Value(nameof(TrainingStage.Batch));
                var lines = new List<(Code, Code)>
                {
                    (
                        $"var (tokens, rows, targets, count) = batches.Draw(step);",
                        $" // [{batch}, T]; [N]: the places that predict a target; [N]"
                    ),
                    ($"var hidden = model.Decoder.Forward(tokens);", $" // [{batch}, T, H], after the final norm"),
                    (
                        $"var logits = model.Decoder.Head({stage.Type("HiddenStates")}.Rows(hidden, rows));",
                        $" // [N, V]: the head runs only where there is a target"
                    ),
                    (
                        $"var loss   = {stage.Type("LanguageModelLoss")}.CrossEntropy(logits, targets);",
                        $" // L = −(1/N) Σ log π(yₜ | x, y₍<ₜ₎)"
                    ),
                };
                if (beginStep is { } begin)
                    lines.Insert(0, (begin.Code, $" // {begin.Comment}"));
                code.Aligned([.. lines]);
            }
        );
    }
}
