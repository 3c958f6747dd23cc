using DcrDsl.Generators.Diagnostics;
using DcrDsl.Specs;

namespace DcrDsl.Generators.Rules;

/// <summary>The rule about entries that are about some modules: they name them.</summary>
static class ModulesRules
{
    public static void Check(ArmView arm, string property, RateFactor factor) =>
        Check(arm, property, factor, factor.Modules, "embed_tokens");

    public static void Check(ArmView arm, string property, object entry, string modules, string example)
    {
        if (!string.IsNullOrWhiteSpace(modules))
            return;
        const string Option = nameof(RateFactor.Modules);
        string setting = arm.Notation.Setting(Option, $"\"{example}\"");
        arm.Report(
            Descriptors.IdleOption,
            property,
            entry,
            Option,
            arm.Notation.Option(Option),
            $"of a {entry.GetType().Name} is empty, so it is about nothing; write {setting}, for example"
        );
    }
}
