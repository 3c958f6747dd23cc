using DcrDsl.Generators.Diagnostics;
using DcrDsl.Generators.Values;
using DcrDsl.Specs;

namespace DcrDsl.Generators.Rules;

/// <summary>The rules about steering alone: blocks to steer, words to know a refusal by, and what weights can hold.</summary>
static class SteeringRules
{
    public static void Check(ArmView arm, string property, Surgical steering)
    {
        void Wrong(string option, string why) => arm.Report(Descriptors.SteeringCannotBe, property, steering, option, property, why);

        if (steering.RefusalOpeners.Count == 0 || steering.RefusalOpeners.Any(string.IsNullOrWhiteSpace))
            Wrong(
                nameof(steering.RefusalOpeners),
                "does not know what a refusal begins with; name the model's openers in "
                    + arm.Notation.Option(nameof(steering.RefusalOpeners))
            );
        if (steering.Fold && steering.Share != 1)
            Wrong(
                nameof(steering.Fold),
                $"cannot fold a share of {Text.Label(steering.Share)} of a direction into weights, which the stream meets more than once; "
                    + $"set {arm.Notation.Setting(nameof(steering.Share), "1")}, or leave out {arm.Notation.Option(nameof(steering.Fold))}"
            );
        if (steering.Fold && steering.Addition is not null)
            Wrong(
                nameof(steering.Fold),
                $"cannot fold a direction that is added into weights, which have no bias at that place; leave out "
                    + $"{arm.Notation.Option(nameof(steering.Addition))} or {arm.Notation.Option(nameof(steering.Fold))}"
            );
        if (arm.Model?.Depth is { } depth)
            Blocks(
                arm,
                property,
                steering,
                steering.StartLayer is null ? nameof(steering.StartDepth) : nameof(steering.StartLayer),
                depth,
                steering.StartLayer ?? At(steering.StartDepth, depth),
                Math.Min(depth, Math.Max(2, (int)Math.Floor(steering.EndDepth * depth)))
            );
    }

    public static void Check(ArmView arm, string property, Scans steering)
    {
        if (string.IsNullOrWhiteSpace(steering.Suffix))
            arm.Report(
                Descriptors.SteeringCannotBe,
                property,
                steering,
                nameof(steering.Suffix),
                property,
                $"has no word to put behind a query; set {arm.Notation.Setting(nameof(steering.Suffix), "Sure")}"
            );
        if (arm.Model?.Depth is not { } depth)
            return;
        int first = steering.FirstSteered ?? At(steering.FirstSteeredDepth, depth);
        bool steers = Blocks(
            arm,
            property,
            steering,
            steering.FirstSteered is null ? nameof(steering.FirstSteeredDepth) : nameof(steering.FirstSteered),
            depth,
            first,
            steering.LastSteered ?? At(steering.LastSteeredDepth, depth)
        );
        if (!steers)
            return;
        Blocks(
            arm,
            property,
            steering,
            steering.FirstScored is null ? nameof(steering.LastScored) : nameof(steering.FirstScored),
            depth,
            steering.FirstScored ?? first,
            steering.LastScored ?? depth
        );
    }

    static int At(double share, int depth) => (int)Math.Floor(share * depth) + 1;

    /// <summary>Whether there is a block; a layer that the model lacks is told by the rule about layers.</summary>
    static bool Blocks(ArmView arm, string property, object steering, string option, int depth, int first, int last)
    {
        if (first <= last && first <= depth)
            return true;
        arm.Report(
            Descriptors.SteeringCannotBe,
            property,
            steering,
            option,
            property,
            $"has no block: from {Text.Label(first)} to {Text.Label(last)} in a model of {Text.Label(depth)}; choose a first that is not "
                + "behind the last"
        );
        return false;
    }
}
