using DcrDsl.Specs;

namespace DcrDsl.Generators.Emit;

/// <summary>Writes a stage that refuses prompts by rules.</summary>
sealed class RuleTriggersEmitter : StageEmitter
{
    public override Type Kind => typeof(RuleTriggers);

    public override IReadOnlyList<StageMethod> Methods => [new(StageShape.Attach, Describe, Write)];

    public override IReadOnlyList<string> Locals => [];

    static Code Describe(object spec) => $"rule triggers, prompts are refused before the model is asked; no weight is trained";

    static void Write(CodeWriter code, StageScope stage)
    {
        var spec = (RuleTriggers)stage.Stage.Spec;
        bool may = stage.MayBeNone(nameof(spec.File));
        Code file =
            spec.File is null && !stage.IsSwept(nameof(spec.File)) ? default
            : may ? (Code)$", file: {stage.Value(nameof(spec.File))} is null ? null : run.Path({stage.Value(nameof(spec.File))})"
            : $", file: run.Path({stage.Value(nameof(spec.File))})";
        code.Template(
            $"""
            // A prompt that has one of the phrases gets the canned text: no pass, no token.
            return {stage.Type("Guards")}.OnPrompts({stage.Purpose}, phrases: {stage.Value(nameof(spec.Phrases))}, {stage.Value(
                nameof(spec.Match)
            )}, refusal: {stage.Value(nameof(spec.Refusal))}{file});
            """
        );
    }
}
