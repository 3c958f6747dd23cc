using DcrDsl.Specs;

namespace DcrDsl.Generators.Emit;

/// <summary>The part of a loop from the batch to a next-token loss; pretraining and fine-tuning differ in their batches only.</summary>
static class LanguageModelLoop
{
    /// <summary>The names it uses.</summary>
    public static readonly string[] Locals = ["tokens", "rows", "targets", "hidden", "logits"];

    /// <param name="stage">The stage.</param>
    /// <param name="beginStep">What begins every step, and its comment; null: nothing does.</param>
    public static Code Forward(StageScope stage, (Code Code, Code Comment)? beginStep = null)
    {
        var batch = stage.Value(nameof(TrainingStage.Batch));
        (Code, Code)[] first = beginStep is { } begin ? [(begin.Code, $" // {begin.Comment}")] : [];
        return Code.Columns([
            .. first,
            ($"var (tokens, rows, targets) = batches.Draw(step);", $" // {batch} texts, N tokens, of which M predict a target"),
            ($"var hidden = model.Decoder.Forward(tokens);", $" // [N, H], after the final norm"),
            (
                $"var logits = model.Decoder.Head({stage.Type("HiddenStates")}.Rows(hidden, rows));",
                $" // [M, V]: the head runs only where there is a target"
            ),
            (
                $"var loss   = {stage.Invoke("LanguageModelLoss.CrossEntropy", $"logits", $"targets")};",
                $" // L = −(1/M) Σ log π(yₜ | x, y₍<ₜ₎)"
            ),
        ]);
    }
}
