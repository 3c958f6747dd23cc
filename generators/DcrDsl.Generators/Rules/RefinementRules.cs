using DcrDsl.Generators.Diagnostics;
using DcrDsl.Generators.Values;
using DcrDsl.Specs;

namespace DcrDsl.Generators.Rules;

/// <summary>The rules about contrastive refinement alone: what a batch of its two classes holds.</summary>
static class RefinementRules
{
    public static void Check(ArmView arm, string property, ContrastiveRefinement refinement)
    {
        BothClasses(arm, property, refinement);
        if (refinement.Sampling == PairSampling.Matched)
            Matched(arm, property, refinement);
    }

    static void BothClasses(ArmView arm, string property, ContrastiveRefinement refinement)
    {
        int seeminglyToxic = (int)Math.Round(refinement.Batch * refinement.SeeminglyToxicShare, MidpointRounding.AwayFromZero);
        int toxic = refinement.Batch - seeminglyToxic;
        if (refinement.Batch >= 1 && (seeminglyToxic < 2 || toxic < 2))
            arm.Report(
                Descriptors.BatchCannotHoldBothClasses,
                property,
                refinement,
                arm.Draft.Places.Find(refinement, nameof(ContrastiveRefinement.Batch)) is null
                    ? nameof(ContrastiveRefinement.SeeminglyToxicShare)
                    : nameof(ContrastiveRefinement.Batch),
                Text.Label(refinement.Batch),
                Text.Label(refinement.SeeminglyToxicShare),
                Text.Label(seeminglyToxic),
                Text.Label(toxic),
                arm.Notation.Option(nameof(ContrastiveRefinement.Batch)),
                arm.Notation.Option(nameof(ContrastiveRefinement.SeeminglyToxicShare))
            );
    }

    static void Matched(ArmView arm, string property, ContrastiveRefinement refinement)
    {
        void Wrong(string option, string why) => arm.Report(Descriptors.UnmatchedPairs, property, refinement, option, property, why);

        if (refinement.SeeminglyToxicShare != 0.5)
            Wrong(
                nameof(refinement.SeeminglyToxicShare),
                $"so a share of {Text.Label(refinement.SeeminglyToxicShare)} cannot be had; set "
                    + $"{arm.Notation.Setting(nameof(refinement.SeeminglyToxicShare), "0.5")}"
            );
        if (refinement.Batch % 2 != 0)
            Wrong(
                nameof(refinement.Batch),
                $"and a batch of {Text.Label(refinement.Batch)} has no halves; choose an even "
                    + $"{arm.Notation.Option(nameof(refinement.Batch))}"
            );
        foreach (
            var (option, source) in new[]
            {
                (nameof(refinement.SeeminglyToxic), refinement.SeeminglyToxic),
                (nameof(refinement.Toxic), refinement.Toxic),
            }
        )
            if (source is not (null or ToyWorldPrompts))
                Wrong(
                    option,
                    $"which only sources that know their pairs allow, and a {Vocabulary.NameOf(source)} does not; choose "
                        + $"ToyWorld's prompts, or sample {nameof(PairSampling.Balanced)}"
                );
    }
}
