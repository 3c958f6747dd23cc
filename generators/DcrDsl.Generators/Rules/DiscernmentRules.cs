using DcrDsl.Generators.Diagnostics;
using DcrDsl.Generators.Values;
using DcrDsl.Specs;

namespace DcrDsl.Generators.Rules;

/// <summary>
/// The rules about what tells whether a refinement discerns: that its prompts are held out, that ℓ is said once, and that a rule to end
/// early is asked at all.
/// </summary>
static class DiscernmentRules
{
    public static void Check(ArmView arm, string property, ContrastiveRefinement refinement)
    {
        Layer(arm, property, refinement);
        if (refinement.Discernment is not { } discernment)
            return;
        WatchRules.HeldOut(arm, property, discernment, discernment.InDistribution);
        WatchRules.Folds(arm, property, discernment, discernment.Folds);
        if (discernment.StopWhen is { } rule && (long)rule.Every * rule.InARow > refinement.Steps - 1)
            arm.Report(
                Descriptors.IdleOption,
                property,
                discernment,
                nameof(discernment.StopWhen),
                arm.Notation.Option(nameof(discernment.StopWhen)),
                $"looks {Text.Label(rule.InARow)} × every {Text.Label(rule.Every)} steps, and the stage has "
                    + $"{Text.Label(refinement.Steps)}; lower {arm.Notation.Option(nameof(rule.Every))}, or leave it out"
            );
    }

    /// <summary>What says ℓ in place of <see cref="ContrastiveRefinement.Layer"/>, as people write it; null: nothing does.</summary>
    public static string? ChoiceOfLayer(ArmView arm, ContrastiveRefinement refinement) =>
        refinement.Discernment?.ChooseLayer is not null ? arm.Notation.Option(nameof(Discernment.ChooseLayer))
        : refinement.LayerDepth is not null ? arm.Notation.Option(nameof(refinement.LayerDepth))
        : null;

    /// <summary>The lowest layer that ℓ can be; null: the model's depth says it.</summary>
    public static int? LowestLayer(ContrastiveRefinement refinement) =>
        refinement.Discernment?.ChooseLayer is { } choice ? choice.Layers.DefaultIfEmpty(1).Min()
        : refinement.LayerDepth is null ? refinement.Layer
        : null;

    static void Layer(ArmView arm, string property, ContrastiveRefinement refinement)
    {
        if (ChoiceOfLayer(arm, refinement) is not { } choice)
            return;
        // The normal form writes every option out, also one at its default.
        if (refinement.Layer != ((ContrastiveRefinement)Vocabulary.DefaultOf(refinement)).Layer)
            Idle(nameof(refinement.Layer));
        if (refinement is { LayerDepth: not null, Discernment.ChooseLayer: not null })
            Idle(nameof(refinement.LayerDepth));

        void Idle(string option) =>
            arm.Report(
                Descriptors.IdleOption,
                property,
                refinement,
                option,
                arm.Notation.Option(option),
                $"is not read beside {choice}, which says ℓ in its place; leave out one of the two"
            );
    }
}
