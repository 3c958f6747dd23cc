using DcrDsl.Generators.Diagnostics;
using DcrDsl.Generators.Values;
using DcrDsl.Specs;

namespace DcrDsl.Generators.Rules;

/// <summary>The rules about what is read off the model beside its completions.</summary>
static class ProbeRules
{
    /// <param name="arm">The arm.</param>
    /// <param name="property">The property that declares the grid.</param>
    /// <param name="grid">The grid; it has tasks with prompts.</param>
    /// <param name="judge">Its first judge, or the model's own; null: there is none, which is told elsewhere.</param>
    public static void Check(ArmView arm, string property, EvaluationGrid grid, JudgeSpec? judge)
    {
        void Wrong(object owner, string option, string what) =>
            arm.Report(Descriptors.ProbeDoesNotFit, property, owner, option, property, what);

        var kinds = new HashSet<Type>();
        foreach (var probe in grid.Probes)
        {
            if (!kinds.Add(probe.GetType()))
                Wrong(
                    grid,
                    nameof(grid.Probes),
                    $"has the probe {probe.GetType().Name} twice; values are stored by its name, so take one out"
                );
            if (probe is not RefusalProbability refusal)
                continue;
            if (refusal.Openers is { } openers)
            {
                if (openers.Count == 0 || openers.Any(string.IsNullOrWhiteSpace))
                    Wrong(
                        refusal,
                        nameof(refusal.Openers),
                        "probes the refusal probability of openers that are empty; name what a refusal begins with"
                    );
            }
            else if (
                judge is not null
                && !grid.Probes.Equals(AskedUnsaid)
                && grid.OtherJudges.Prepend(judge).All(j => j.Beginnings.Count == 0 && !LooksForWords(j))
            )
                Wrong(
                    grid,
                    nameof(grid.Probes),
                    "probes the refusal probability, and none of its judges says what a refusal begins with; give the probe Openers, or "
                        + "leave it out of Probes"
                );
        }
    }

    static readonly ValueList<ProbeSpec> AskedUnsaid = new EvaluationGrid().Probes;

    /// <summary>Whether a judge without words is told as such.</summary>
    static bool LooksForWords(JudgeSpec judge) => Vocabulary.Options(judge.GetType()).Any(o => o.Type == typeof(ValueList<string>));
}
