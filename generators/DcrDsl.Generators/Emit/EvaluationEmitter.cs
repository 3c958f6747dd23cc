using DcrDsl.Specs;

namespace DcrDsl.Generators.Emit;

/// <summary>Writes the evaluation stage.</summary>
sealed class EvaluationEmitter : StageEmitter
{
    public override Type Kind => typeof(EvaluationGrid);

    public override StageShape Shape => StageShape.Answer;

    public override IReadOnlyList<string> Locals => ["decoding", "judge"];

    public override Code Describe(object spec) =>
        ((EvaluationGrid)spec).Decoding is Sampling ? (Code)$"evaluation, sampled completions" : $"evaluation, greedy decoding";

    public override void Write(CodeWriter code, StageScope stage) => EvaluationGridEmitter.Emit(code, stage);
}
