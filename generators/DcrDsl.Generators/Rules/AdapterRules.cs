using DcrDsl.Generators.Diagnostics;
using DcrDsl.Specs;

namespace DcrDsl.Generators.Rules;

/// <summary>The rule about adapters alone: that they adapt something.</summary>
static class AdapterRules
{
    public static void Check(ArmView arm, string property, LowRankAdapter adapter)
    {
        if (adapter.Targets.Count == 0)
            arm.Report(
                Descriptors.InvalidValue,
                property,
                adapter,
                nameof(adapter.Targets),
                "[]",
                "a list of modules to adapt",
                "; write [\"all-linear\"] for every linear module but the head"
            );
    }
}
