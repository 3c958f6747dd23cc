using DcrDsl.Specs;

namespace DcrDsl.Generators.Emit;

/// <summary>Writes what makes or opens the base model.</summary>
sealed class ModelEmitter : StageEmitter
{
    public override Type Kind => typeof(ModelSpec);

    public override IReadOnlyList<StageMethod> Methods => [new(StageShape.Make, Describe, Write)];

    public override IReadOnlyList<string> Locals => [];

    static Code Describe(object spec) => $"the base model, {Code.Doc(spec.GetType().Name)}";

    static void Write(CodeWriter code, StageScope stage) =>
        code.Template($"return {stage.Function(stage.Stage.Spec)}({stage.Literal(stage.Stage.Spec, "")}, seed, run.Device);");
}
