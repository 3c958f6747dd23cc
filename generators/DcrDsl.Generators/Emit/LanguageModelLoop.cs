using DcrDsl.Specs;

namespace DcrDsl.Generators.Emit;

/// <summary>Writes the loop that minimises a next-token loss; pretraining and fine-tuning differ in their batches only.</summary>
static class LanguageModelLoop
{
    public static void Emit(CodeWriter code, StageScope stage, string steps)
    {
        TrainingLoop.Emit(code, stage, steps, parameters: "model.Decoder.Parameters", () =>
        {
            string batch = stage.Value(nameof(TrainingStage.Batch));
            code.Aligned(
                ("var (tokens, rows, targets, count) = batches.Draw(step);", $" // [{batch}, T]; [N]: the places that predict a target; [N]"),
                ("var hidden = model.Decoder.Forward(tokens);", $" // [{batch}, T, H], after the final norm"),
                ("var logits = model.Decoder.Head(hidden.Rows(rows));", " // [N, V]: the head runs only where there is a target"),
                ("var loss   = LanguageModelLoss.CrossEntropy(logits, targets);", " // L = −(1/N) Σ log π(yₜ | x, y₍<ₜ₎)"));
        });
    }
}
