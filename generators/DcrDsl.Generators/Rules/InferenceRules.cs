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
                "names clusters without a name; say category, language or source, or leave it out"
            );
        if (grid.WinRate is { } winRate)
            Check(arm, property, grid, winRate);
    }

    static void Check(ArmView arm, string property, EvaluationGrid grid, WinRate winRate)
    {
        void Wrong(object owner, string option, string what, Remedy? remedy = null) =>
            arm.Report(remedy, Descriptors.InferenceCannotBe, property, owner, option, property, what);

        if (winRate.Fault is { } fault)
            Wrong(grid, nameof(grid.WinRate), fault);
        string[] tasks = [.. General(grid)];
        if (tasks.Length == 0)
            Wrong(
                grid,
                nameof(grid.WinRate),
                "has a win rate, which is measured on general prompts, and no task with any; add one, or leave it out"
            );
        var arms = arm.Draft.Arms.Select(a => a.Name).ToList();
        if (winRate.Against is not { } against || winRate.Answers is not null)
            return;
        if (!arms.Contains(against))
            Wrong(
                winRate,
                nameof(winRate.Against),
                $"has a win rate against the arm '{against}', which there is not{Suggestion.For(against, arms)}",
                Remedy.Rename(against, arms)
            );
        else if (
            new ArmView(arm.Draft, arm.Draft.Arms.First(a => a.Name == against), arm.Value, [])
                .Stages.Select(s => s.Spec)
                .OfType<EvaluationGrid>()
                .LastOrDefault()
                is { } other
            && tasks.Except(General(other)).FirstOrDefault() is { } missing
        )
            Wrong(
                winRate,
                nameof(winRate.Against),
                $"has a win rate against the arm '{against}', which does not answer its task '{missing}'; name another arm, or give "
                    + "both the same tasks"
            );
    }

    static IEnumerable<string> General(EvaluationGrid grid) =>
        grid.Tasks.OfType<PromptTask>().Where(t => t.Prompts.Class == PromptClass.General).Select(t => t.Name);
}
