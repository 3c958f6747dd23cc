using DcrDsl.Specs;

namespace DcrDsl.Generators.Emit;

/// <summary>A training loop over the weights themselves or, where one is declared, over an adapter beside them.</summary>
static class AdaptedLoop
{
    /// <summary>The names it uses.</summary>
    public static readonly string[] Locals = ["lora"];

    const string Path = "Adapter";

    /// <param name="stage">The stage; its adapter is the option <c>Adapter</c>.</param>
    /// <param name="adapter">The adapter; null: the weights are trained.</param>
    /// <param name="steps">The number of steps.</param>
    /// <param name="forward">The lines from the batch to the loss.</param>
    public static Code Of(StageScope stage, LowRankAdapter? adapter, Code steps, Code forward)
    {
        if (adapter is null)
            return TrainingLoop.Of(stage, steps, $"model.Decoder.Parameters", forward);
        Code[] arguments =
        [
            $"model",
            $"seed",
            $"purpose: {stage.Purpose}",
            $"frozen: run.FrozenBase",
            .. stage.NamedArguments(adapter, Path),
        ];
        bool drops = adapter is Lora { Dropout: > 0 } || stage.IsSwept($"{Path}.{nameof(Lora.Dropout)}");
        Code masks = drops ? (Code)$"lora.BeginStep(step);  // the dropout masks: a function of (seed, step)" : default;
        return $"""
            // The weights are frozen; beside them an addition of low rank is trained.
            var lora = {stage.Function(adapter)}({Code.Join(", ", arguments)});
            {TrainingLoop.Of(stage, steps, $"lora.Parameters", forward, begin: masks)}

            // The addition becomes part of the weights: whatever follows sees a model as any other.
            lora.Merge();
            """;
    }
}
