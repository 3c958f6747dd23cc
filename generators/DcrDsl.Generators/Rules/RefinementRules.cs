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
        GeneralPrompts(arm, property, refinement);
        Terms(arm, property, refinement);
        if (refinement.Adapter is { } adapter)
            Adapted(arm, property, refinement, adapter);
        if (refinement.Sampling == PairSampling.Matched)
            Matched(arm, property, refinement);
    }

    static void BothClasses(ArmView arm, string property, ContrastiveRefinement refinement)
    {
        int ofPairs = refinement.Batch - General(refinement),
            seeminglyToxic = (int)Math.Round(ofPairs * refinement.SeeminglyToxicShare, MidpointRounding.AwayFromZero),
            toxic = ofPairs - seeminglyToxic;
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

    /// <summary>General prompts in a batch of pairs.</summary>
    static int General(ContrastiveRefinement refinement) => (int)Math.Round(refinement.Batch * refinement.GeneralShare);

    static void GeneralPrompts(ArmView arm, string property, ContrastiveRefinement refinement)
    {
        // That GeneralShare has some is a rule of every [Required] option.
        if (refinement.General is null && refinement.GeneralShare == 0 && refinement.Retain.Any(t => t.IsOnGeneralPrompts))
            arm.Report(
                Descriptors.MissingData,
                property,
                refinement,
                nameof(refinement.Retain),
                property,
                arm.Notation.Option(nameof(refinement.General)),
                Vocabulary.OptionOf(refinement, nameof(refinement.General))!.Mark<RequiredAttribute>()!.Example
            );
        if (refinement.GeneralShare > 0 && General(refinement) < 2)
            arm.Report(
                Descriptors.ValueOutOfRange,
                property,
                refinement,
                nameof(refinement.GeneralShare),
                arm.Notation.Option(nameof(refinement.GeneralShare)),
                Text.Label(refinement.GeneralShare),
                $"0, or enough for 2 general prompts in a batch of {Text.Label(refinement.Batch)}"
            );
    }

    static void Terms(ArmView arm, string property, ContrastiveRefinement refinement)
    {
        foreach (var twice in refinement.Retain.GroupBy(Vocabulary.NameOf).Where(g => g.Count() > 1))
            arm.Report(
                Descriptors.RepeatedTerm,
                property,
                refinement,
                nameof(refinement.Retain),
                arm.Notation.Option(nameof(refinement.Retain)),
                twice.Key
            );
    }

    static void Adapted(ArmView arm, string property, ContrastiveRefinement refinement, LowRankAdapter adapter)
    {
        if (!refinement.TailFreezing)
            arm.Report(
                Descriptors.IdleOption,
                property,
                refinement,
                nameof(refinement.TailFreezing),
                arm.Notation.Option(nameof(refinement.TailFreezing)),
                "is of the weights, which an adapter freezes all; leave it out"
            );
        foreach (int layer in adapter.Layers ?? ValueList<int>.Empty)
            if (layer > refinement.Layer)
                arm.Report(
                    Descriptors.AdapterAboveLayer,
                    property,
                    adapter,
                    nameof(adapter.Layers),
                    property,
                    Text.Label(refinement.Layer),
                    Text.Label(layer),
                    arm.Notation.Option(nameof(adapter.Layers))
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
        if (refinement.GeneralShare > 0)
            Wrong(
                nameof(refinement.GeneralShare),
                $"and a general prompt has no partner; set {arm.Notation.Setting(nameof(refinement.GeneralShare), "0")}, or sample "
                    + $"{nameof(PairSampling.Balanced)}"
            );
        foreach (
            var (option, source) in new[]
            {
                (nameof(refinement.SeeminglyToxic), refinement.SeeminglyToxic),
                (nameof(refinement.Toxic), refinement.Toxic),
            }
        )
            if (source is { KnowsPartners: false })
                Wrong(
                    option,
                    $"which only sources that know their pairs allow, and this {Vocabulary.NameOf(source)} does not; name the column that "
                        + $"pairs share with {nameof(PromptFile.PairColumn)}, choose XSTest's file or ToyWorld's prompts, or sample "
                        + $"{nameof(PairSampling.Balanced)}"
                );
    }
}
