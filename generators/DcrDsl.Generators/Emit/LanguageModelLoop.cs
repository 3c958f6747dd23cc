using DcrDsl.Specs;

namespace DcrDsl.Generators.Emit;

/// <summary>The part of a loop from the batch to a next-token loss; pretraining and fine-tuning differ in their batches only.</summary>
static class LanguageModelLoop
{
    /// <summary>The names it uses.</summary>
    public static readonly string[] Locals = ["tokens", "rows", "targets", "hidden", "states"];

    /// <param name="stage">The stage.</param>
    public static Code Forward(StageScope stage)
    {
        Code texts = TrainingLoop.Accumulates(stage) ? default : (Code)$"{stage.Value(nameof(TrainingStage.Batch))} texts, ";
        return Code.Columns([
            ($"var (tokens, rows, targets) = {TrainingLoop.Draw(stage)};", $" // {texts}N tokens, of which M predict a target"),
            ($"var hidden = model.Decoder.Forward(tokens);", $" // [N, H], after the final norm"),
            ($"var states = {stage.Type("HiddenStates")}.Rows(hidden, rows);", $" // [M, H]: the head runs on these only"),
            (
                $"var loss   = {stage.Invoke("LanguageModelLoss.CrossEntropy", $"model.Decoder", $"states", $"targets")};",
                $" // L = −(1/M) Σ log π(yₜ | x, y₍<ₜ₎)"
            ),
        ]);
    }
}
