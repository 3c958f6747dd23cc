using DcrDsl.Generators.Diagnostics;
using DcrDsl.Generators.Values;
using DcrDsl.Specs;

namespace DcrDsl.Generators.Rules;

/// <summary>The rules about what a report concludes: that its comparisons can be made.</summary>
static class InferenceRules
{
    public static void Check(ArmView arm, string property, EvaluationGrid grid)
    {
        void Wrong(object owner, string option, string what, Remedy? remedy = null) =>
            arm.Report(remedy, Descriptors.InferenceCannotBe, property, owner, option, property, what);

        var (inference, family) = (grid.Inference, grid.Inference.Family);
        var arms = arm.Draft.Arms.Select(a => a.Name).ToList();
        var named = new HashSet<string>();
        foreach (string name in family.Arms)
            if (!arms.Contains(name))
                Wrong(
                    family,
                    nameof(family.Arms),
                    $"compares the arm '{name}', which there is not{Suggestion.For(name, arms)}",
                    Remedy.Rename(name, arms)
                );
            else if (!named.Add(name))
                Wrong(family, nameof(family.Arms), $"names the arm '{name}' twice; take one out");
        if (family.Pairs == ArmPairs.All && named.Count == 1)
            Wrong(family, nameof(family.Arms), "compares one arm with each other of itself alone; name a second, or leave out Arms");
        foreach (var metric in family.Metrics.Distinct())
            if (!MetricNeedsAttribute.Of(metric).AreMet(grid))
                Wrong(family, nameof(family.Metrics), $"compares arms by {metric}, which its tasks do not give");
            else if (family.Metrics.Count(m => m == metric) > 1)
                Wrong(family, nameof(family.Metrics), $"names the metric {metric} twice; take one out");
        if (inference.Clusters is { } clusters && string.IsNullOrWhiteSpace(clusters))
            Wrong(
                inference,
                nameof(inference.Clusters),
                "names clusters without a name; say category or a column of the prompts, or leave it out"
            );
    }
}
