using DcrDsl.Specs;

namespace DcrDsl.Generators.Emit;

/// <summary>Writes a pretraining stage.</summary>
static class PretrainEmitter
{
    public static void Emit(CodeWriter code, StageScope stage)
    {
        code.Line($"// Whole texts, prompt and answer alike: every token is predicted from those before it.");
        code.Aligned(
            ($"var texts", $"= run.Load({stage.Value(nameof(Pretrain.Data))}, model.Chat);"),
            (
                $"var batches",
                $"= {stage.Type("TextBatches")}.OnEveryToken(texts, model.Chat, size: {stage.Value(nameof(Pretrain.Batch))}, seed, "
                    + $"purpose: {stage.Purpose}, run.Device);"
            )
        );
        code.Line();
        LanguageModelLoop.Emit(code, stage, stage.Value(nameof(Pretrain.Steps)));
    }
}
