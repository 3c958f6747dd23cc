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
            if (probe is LinearRefusal linear)
                HeldOut(arm, property, linear);
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
                && Beginnings(grid, arm.Model) is null
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

    /// <summary>
    /// What a refusal begins with: as the first of the grid's judges that knows it says, or the model's own judge where one of them reads
    /// the refusal probability; null: nobody knows.
    /// </summary>
    public static ValueList<string>? Beginnings(EvaluationGrid grid, ModelSpec? model)
    {
        var judges = grid.OtherJudges.Prepend(grid.Judge ?? model?.OwnJudge).ToList();
        if (judges.Any(j => j?.ReadsProbe == nameof(RefusalProbability)))
            judges.Add(model?.OwnJudge);
        return judges.Select(j => j?.Beginnings).FirstOrDefault(b => b is { Count: > 0 });
    }

    /// <summary>A judge that reads a probe has it.</summary>
    public static void Read(ArmView arm, string property, EvaluationGrid grid, JudgeSpec judge, string place)
    {
        if (judge.ReadsProbe is not { } name)
            return;
        bool written = arm.Draft.Places.Find(judge, nameof(ProbeThreshold.Probe)) is not null;
        void Wrong(string what) =>
            arm.Report(
                Descriptors.JudgeDoesNotFit,
                property,
                written ? judge : grid,
                written ? nameof(ProbeThreshold.Probe) : place,
                property,
                what
            );

        if (grid.Probes.FirstOrDefault(p => p.GetType().Name == name) is not { } probe)
            Wrong(
                $"is judged by the probe {name}, which is not among its {arm.Notation.Option(nameof(grid.Probes))} "
                    + $"({string.Join(", ", grid.Probes.Select(p => p.GetType().Name))}); ask it too, or judge by one of these"
            );
        else if (probe is RefusalProbability { Openers: null } && Beginnings(grid, arm.Model) is null)
            Wrong(
                "is judged by the refusal probability, and nothing says what a refusal begins with; give the probe "
                    + $"{arm.Notation.Option(nameof(RefusalProbability.Openers))}, or name a judge beside it that knows"
            );
    }

    static void HeldOut(ArmView arm, string property, LinearRefusal probe)
    {
        foreach (var option in Vocabulary.OptionsOf(probe).Where(o => o.Mark<WatchedAttribute>() is not null))
        {
            if (option.GetValue(probe) is not PromptSource prompts)
                continue;
            void Wrong(string what) => arm.Report(Descriptors.ProbeDoesNotFit, property, probe, option.Name, property, what);

            if (!probe.InDistribution && arm.Stages.FirstOrDefault(s => WatchRules.TrainsOn(s.Spec, prompts)) is (var trained, { }))
                Wrong(
                    $"fits a probe to prompts that stage '{trained}' trains on ({arm.Notation.Option(option.Name)}); choose "
                        + $"held-out prompts, or say so with {arm.Notation.Setting(nameof(probe.InDistribution), "true")}"
                );
            foreach (var task in arm.Stages.SelectMany(s => SpecRecord.Within<PromptTask>(s.Spec)))
                if (prompts.MayOverlap(task.Prompts))
                    Wrong(
                        $"fits a probe to the prompts of task '{task.Name}' ({arm.Notation.Option(option.Name)}), which it would "
                            + "then know by heart; choose validation prompts"
                    );
        }
    }

    static readonly ValueList<ProbeSpec> AskedUnsaid = new EvaluationGrid().Probes;

    /// <summary>Whether a judge without words is told as such.</summary>
    static bool LooksForWords(JudgeSpec judge) => Vocabulary.Options(judge.GetType()).Any(o => o.Type == typeof(ValueList<string>));
}
