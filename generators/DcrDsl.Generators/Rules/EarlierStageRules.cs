using DcrDsl.Generators.Diagnostics;
using DcrDsl.Generators.Values;
using DcrDsl.Specs;

namespace DcrDsl.Generators.Rules;

/// <summary>A stage whose model another one looks at comes before it in every arm that has the two.</summary>
static class EarlierStageRules
{
    public static void Check(ArmView arm, string property, Stage stage)
    {
        string[] before =
        [
            arm.ModelProperty,
            .. arm.Stages.TakeWhile(s => s.Property != property).Where(s => s.Spec is not EvaluationGrid).Select(s => s.Property),
        ];
        foreach (var (owner, option, named) in EarlierStages.Of(stage))
            if (!before.Contains(named))
                arm.Report(
                    Remedy.Rename(named, before),
                    Descriptors.NoEarlierStage,
                    property,
                    owner,
                    option.Name,
                    $"{property}.{arm.Notation.Option(option.Name)}",
                    named,
                    property,
                    arm.Arm.Name,
                    Suggestion.For(named, before)
                );
    }
}
