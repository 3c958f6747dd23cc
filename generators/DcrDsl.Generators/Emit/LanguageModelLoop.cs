using DcrDsl.Specs;

namespace DcrDsl.Generators.Emit;

/// <summary>Writes the loop that minimises a next-token loss; pretraining and fine-tuning differ in their batches only.</summary>
static class LanguageModelLoop
{
    /// <param name="code">The writer.</param>
    /// <param name="stage">The stage.</param>
    /// <param name="steps">C# for the number of steps.</param>
    /// <param name="parameters">C# for the trained parameters.</param>
    /// <param name="beginStep">C# for what begins every step, and its comment; null: nothing does.</param>
    public static void Emit(CodeWriter code, StageScope stage, string steps, string parameters = "model.Decoder.Parameters", (string Code, string Comment)? beginStep = null)
    {
        TrainingLoop.Emit(code, stage, steps, parameters, () =>
        {
            string batch = stage.Value(nameof(TrainingStage.Batch));
            var lines = new List<(string, string)>
            {
                ("var (tokens, rows, targets, count) = batches.Draw(step);", $" // [{batch}, T]; [N]: the places that predict a target; [N]"),
                ("var hidden = model.Decoder.Forward(tokens);", $" // [{batch}, T, H], after the final norm"),
                ("var logits = model.Decoder.Head(hidden.Rows(rows));", " // [N, V]: the head runs only where there is a target"),
                ("var loss   = LanguageModelLoss.CrossEntropy(logits, targets);", " // L = −(1/N) Σ log π(yₜ | x, y₍<ₜ₎)"),
            };
            if (beginStep is { } begin) lines.Insert(0, (begin.Code, " // " + begin.Comment));
            code.Aligned([.. lines]);
        });
    }
}
