using DcrDsl.Specs;

namespace DcrDsl.Generators.Emit;

/// <summary>Writes a stage that lets the model criticise and revise its answers.</summary>
sealed class CritiqueAndReviseEmitter : StageEmitter
{
    public override Type Kind => typeof(CritiqueAndRevise);

    public override IReadOnlyList<StageMethod> Methods => [new(StageShape.Attach, Describe, Write)];

    public override IReadOnlyList<string> Locals => [];

    static Code Describe(object spec) => $"critique and revision by the model itself, three generations a prompt; no weight is trained";

    static void Write(CodeWriter code, StageScope stage)
    {
        code.Template(
            $"""
            // One conversation: prompt → answer → critique by the rule → the answer that counts.
            return {stage.Type("Guards")}.Revision({stage.Purpose}, model,
                critique: {stage.Value(nameof(CritiqueAndRevise.Critique))},
                revision: {stage.Value(nameof(CritiqueAndRevise.Revision))});
            """
        );
    }
}
