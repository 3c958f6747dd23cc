using DcrDsl.Generators.Draft;
using DcrDsl.Generators.Rules;
using DcrDsl.Generators.Values;
using DcrDsl.Specs;

namespace DcrDsl.Generators.Model;

/// <summary>Turns a valid draft into the model that is emitted: arms that declare a stage alike share one method.</summary>
static class ExperimentPlanner
{
    public static ExperimentModel Plan(ExperimentDraft draft)
    {
        var axes = AxisPlanner.Plan(draft);
        var stages = new List<(string Name, string Property, object Spec, EquatableArray<PromptSource> Excluded, List<string> Arms)>();
        var arms = new List<ArmModel>();
        // Names of stages are those of methods and of stage runs, which reach file names. An arm's member has the arm's name as far as the
        // results leave it free.
        var stageNames = new Names(draft.Properties.Select(p => p.Name), StringComparer.OrdinalIgnoreCase);
        var members = new Names([.. ReservedNames.OfResults, draft.TypeName + "Results"]);

        foreach (var arm in draft.Arms)
        {
            var names = new List<string>();
            string member = members.Take(arm.Member, "Arm");
            foreach (var (property, spec, excluded) in Pipeline(draft, arm))
            {
                int found = stages.FindIndex(s => s.Property == property && s.Spec.Equals(spec) && s.Excluded.Equals(excluded));
                if (found < 0)
                {
                    found = stages.Count;
                    // The first variant has the property's name; another adds the name of the arm that declares it.
                    bool first = stages.All(s => s.Property != property);
                    stages.Add((first ? property : stageNames.Take(property + arm.Member), property, spec, excluded, []));
                }
                stages[found].Arms.Add(arm.Name);
                names.Add(stages[found].Name);
            }
            arms.Add(new ArmModel(arm.Name, member, arm.Summary, names.ToEquatableArray(), arm.Role));
        }

        var declaredOrder = draft.Properties.Select(p => p.Name).ToList();
        var ordered = stages.OrderBy(s => declaredOrder.IndexOf(s.Property)).ToList();
        return new ExperimentModel
        {
            Name = draft.Name,
            Namespace = draft.Namespace,
            TypeName = draft.TypeName,
            IsRecord = draft.IsRecord,
            IsPublic = draft.IsPublic,
            Summary = draft.Summary,
            DeclaredIn = draft.DeclaredIn,
            Stages = ordered
                .Select(s => new StageModel(
                    s.Name,
                    s.Property,
                    s.Spec,
                    axes.Where(a => a.Property == s.Property && Concerns(a, s.Spec)).ToEquatableArray(),
                    s.Arms.ToEquatableArray(),
                    s.Excluded
                ))
                .ToEquatableArray(),
            Arms = arms.ToEquatableArray(),
            Axes = axes,
            Zips = draft.Zips.Select(z => z.Paths.ToEquatableArray()).ToEquatableArray(),
            Exclusions = draft
                .Exclusions.Select(e => e.Combination.Select(c => (c.Field, Text.Label(c.Value))).ToEquatableArray())
                .ToEquatableArray(),
            Seeds = draft.Seeds.Select(s => s.Value).ToEquatableArray(),
            Metrics = ordered
                .Select(s => s.Spec)
                .OfType<EvaluationGrid>()
                .SelectMany(g => g.Metrics)
                .Distinct()
                .OrderBy(m => m)
                .ToEquatableArray(),
        };
    }

    static IEnumerable<(string Property, object Spec, EquatableArray<PromptSource> Excluded)> Pipeline(ExperimentDraft draft, DraftArm arm)
    {
        var view = new ArmView(draft, arm, arm.Value, []);
        yield return (
            draft.Properties.First(p => typeof(ModelSpec).IsAssignableFrom(p.Type)).Name,
            view.Model!,
            EquatableArray<PromptSource>.Empty
        );
        foreach (var (property, stage) in view.Stages)
            yield return (property, Resolved(stage, view)!, KeptApartPrompts.ExcludedFrom(stage, draft).ToEquatableArray());
    }

    /// <summary>
    /// A stage with what follows from its surroundings filled in: an evaluation's judge from the base model, what a refusal probability
    /// is made of from the judges, a task's comparison from its prompts.
    /// </summary>
    static object? Resolved(object? stage, ArmView arm) =>
        stage switch
        {
            EvaluationGrid grid => Resolved(grid, arm.Model),
            TrainingStage { Watch.Count: > 0 } training => Resolved(training, arm),
            _ => stage,
        };

    static object Resolved(TrainingStage training, ArmView arm)
    {
        var watches = training.Watch.Select(w =>
            w is RefusalAlong { Openers: null }
                ? (WatchSpec)Vocabulary.With(w, nameof(RefusalAlong.Openers), WatchRules.Beginnings(arm))
                : w
        );
        return Vocabulary.With(training, nameof(training.Watch), ValueList.Of(watches));
    }

    static object Resolved(EvaluationGrid grid, ModelSpec? model)
    {
        var tasks = grid.Tasks.Select(t =>
            t is PromptTask { Comparison: null, Prompts.HasAnswers: true } task
                ? (EvaluationTask)Vocabulary.With(task, nameof(task.Comparison), task.Prompts.OwnComparison)
                : t
        );
        var judge = grid.Judge ?? model?.OwnJudge;
        var beginnings = ProbeRules.Beginnings(grid, model);
        // A grid that says nothing about probes asks what can be asked; one that names the probe is told by ProbeRules.
        var probes = grid
            .Probes.Where(p => p is not RefusalProbability { Openers: null } || beginnings is not null)
            .Select(p =>
                p is RefusalProbability { Openers: null }
                    ? (ProbeSpec)Vocabulary.With(p, nameof(RefusalProbability.Openers), beginnings)
                    : p
            );
        object resolved = Vocabulary.With(grid, nameof(grid.Judge), judge);
        resolved = Vocabulary.With(resolved, nameof(grid.Probes), ValueList.Of(probes));
        return Vocabulary.With(resolved, nameof(grid.Tasks), ValueList.Of(tasks));
    }

    /// <summary>
    /// Whether the swept field exists in this variant: an axis over one objective's option does not concern another objective.
    /// </summary>
    static bool Concerns(AxisModel axis, object spec) => Vocabulary.Follow(spec, axis.Field) is not null;
}
