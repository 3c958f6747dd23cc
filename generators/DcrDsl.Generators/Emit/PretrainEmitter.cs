using DcrDsl.Specs;

namespace DcrDsl.Generators.Emit;

/// <summary>Writes a pretraining stage.</summary>
sealed class PretrainEmitter : StageEmitter
{
    public override Type Kind => typeof(Pretrain);

    public override IReadOnlyList<StageMethod> Methods => [new(StageShape.Train, Describe, Write)];

    public override IReadOnlyList<string> Locals => [.. TrainingLoop.Locals, .. LanguageModelLoop.Locals, "texts", "batches"];

    static Code Describe(object spec) => $"pretraining, loss on every token";

    static void Write(CodeWriter code, StageScope stage)
    {
        var batches = stage.Invoke(
            "TextBatches.OnEveryToken",
            $"texts",
            $"model.Chat",
            $"size: {stage.Value(nameof(Pretrain.Batch))}",
            $"seed",
            $"purpose: {stage.Purpose}",
            $"run.Device"
        );
        var load = Code.Columns(
            ($"var texts", $"= run.Load({stage.Value(nameof(Pretrain.Data))}, model.Chat);"),
            ($"var batches", $"= {batches};")
        );
        code.Template(
            $"""
            // Whole texts, prompt and answer alike: every token is predicted from those before it.
            {load}

            {TrainingLoop.Of(stage, stage.Value(nameof(Pretrain.Steps)), $"model.Decoder.Parameters", LanguageModelLoop.Forward(stage))}
            """
        );
    }
}
