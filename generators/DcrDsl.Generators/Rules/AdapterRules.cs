using DcrDsl.Generators.Diagnostics;
using DcrDsl.Generators.Values;
using DcrDsl.Specs;

namespace DcrDsl.Generators.Rules;

/// <summary>The rules about adapters alone: that they adapt something, and what its modules are is said once.</summary>
static class AdapterRules
{
    public static void Check(ArmView arm, string property, LowRankAdapter adapter)
    {
        if (adapter.TargetPattern is not null)
        {
            if (!adapter.Targets.Equals(((LowRankAdapter)Vocabulary.DefaultOf(adapter)).Targets))
                InPlaceOf(nameof(adapter.Targets));
            if (adapter.Layers is not null)
                InPlaceOf(nameof(adapter.Layers));
        }
        else if (adapter.Targets.Count == 0)
            arm.Report(
                Descriptors.InvalidValue,
                property,
                adapter,
                nameof(adapter.Targets),
                "[]",
                "a list of modules to adapt",
                "; write [\"all-linear\"] for every linear module but the head"
            );

        void InPlaceOf(string option)
        {
            string pattern = arm.Notation.Option(nameof(adapter.TargetPattern));
            arm.Report(
                Descriptors.IdleOption,
                property,
                adapter,
                option,
                arm.Notation.Option(option),
                $"is not read beside {pattern}, which says the modules in its place; leave out one of the two"
            );
        }
    }

    public static void Check(ArmView arm, string property, LoraPattern pattern)
    {
        ModulesRules.Check(arm, property, pattern, pattern.Modules, "q_proj");
        if (pattern is { Rank: null, Alpha: null })
        {
            string rank = arm.Notation.Option(nameof(pattern.Rank)),
                alpha = arm.Notation.Option(nameof(pattern.Alpha));
            arm.Report(
                Descriptors.IdleOption,
                property,
                pattern,
                nameof(pattern.Modules),
                pattern.Modules,
                $"gets neither {rank} nor {alpha}, so it has those of the adapter anyway; give one, or leave the entry out"
            );
        }
    }
}
