using DcrDsl.Generators.Diagnostics;
using DcrDsl.Generators.Values;
using DcrDsl.Specs;

namespace DcrDsl.Generators.Rules;

/// <summary>The rules about the toy model alone: that its dimensions divide.</summary>
static class ToyLlamaRules
{
    public static void Check(ArmView arm, string property, ToyLlama toy)
    {
        if (toy.Heads < 1 || toy.KeyValueHeads < 1)
            return;
        if (toy.Width % toy.Heads != 0)
            arm.Report(
                Descriptors.DimensionsDoNotDivide,
                property,
                toy,
                nameof(ToyLlama.Width),
                arm.Notation.Option("Width"),
                Text.Label(toy.Width),
                arm.Notation.Option("Heads"),
                Text.Label(toy.Heads)
            );
        else if (toy.Width / toy.Heads % 2 != 0)
            arm.Report(
                Descriptors.DimensionsDoNotDivide,
                property,
                toy,
                nameof(ToyLlama.Width),
                $"{arm.Notation.Option("Width")} / {arm.Notation.Option("Heads")}, which rotary positions split in pairs,",
                Text.Label(toy.Width / toy.Heads),
                "2",
                "a pair"
            );
        if (toy.Heads % toy.KeyValueHeads != 0)
            arm.Report(
                Descriptors.DimensionsDoNotDivide,
                property,
                toy,
                nameof(ToyLlama.KeyValueHeads),
                arm.Notation.Option("Heads"),
                Text.Label(toy.Heads),
                arm.Notation.Option("KeyValueHeads"),
                Text.Label(toy.KeyValueHeads)
            );
    }
}
