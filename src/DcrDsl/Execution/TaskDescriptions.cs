using System.Reflection;
using DcrDsl.Data.Files;
using DcrDsl.Definition;
using DcrDsl.Evaluation.Choices;
using DcrDsl.Planning;
using DcrDsl.Results;
using DcrDsl.Specs;
using DcrDsl.Wording;

namespace DcrDsl.Execution;

/// <summary>
/// Says of each task of a plan what it measures on, whether a stage trains on that, and whether published sets have the size they were
/// published with. From the declarations, and from the files where they are at hand.
/// </summary>
static class TaskDescriptions
{
    /// <param name="plan">The plan.</param>
    /// <param name="paths">Where the experiment's paths lie; names may be missing.</param>
    public static IReadOnlyList<TaskRecord> Of(Plan plan, RunPaths paths) =>
        [
            .. from tasks in (
                from arm in plan.Arms
                from stage in arm.Stages
                where stage.Spec is EvaluationGrid
                from task in ((EvaluationGrid)stage.Spec).Tasks
                select (Arm: arm, Stage: stage, Task: task)
            ).GroupBy(t => t.Task.Name)
            select Described([.. tasks], paths),
        ];

    /// <summary>What a reader of the plan or the run must know of it, in sentences; the report has them in a table.</summary>
    public static IEnumerable<string> Notes(Plan plan, RunPaths paths) =>
        Counts(plan, paths).Concat(from task in Of(plan, paths) from perhaps in task.Perhaps select $"{task.Task} {perhaps}.").Distinct();

    /// <summary>Files of published sets that have another number of rows than was published, in sentences.</summary>
    public static IReadOnlyList<string> Counts(Plan plan, RunPaths paths) =>
        [
            .. plan
                .StageRuns.Select(n => (object)n.Spec)
                .Distinct()
                .SelectMany(spec =>
                    SpecOptions.Within<PromptFile>(spec).Cast<object>().Concat(SpecOptions.Within<MultipleChoiceTask>(spec))
                )
                .Select(owner => Counted(owner, paths))
                .OfType<string>()
                .Distinct(),
        ];

    static string? Counted(object owner, RunPaths paths)
    {
        var (path, set, what) = owner is PromptFile file ? (file.Path, file.Set, "prompt") : SetOf((MultipleChoiceTask)owner);
        if (PublishedAttribute.Of(set) is not { } known || Rows(owner, paths) is not { } rows || known.Has(rows))
            return null;
        string published = English.List(
            [.. known.OtherRows.Prepend(known.Rows).Select(n => FormattableString.Invariant($"{n:#,0}"))],
            "or"
        );
        return $"{Path.GetFileName(path.TrimEnd('/', '\\'))} has {English.Count(rows, what)}, the published set {set} {published}.";

        static (string, string?, string) SetOf(MultipleChoiceTask task) => (task.Path, task.Set, "question");
    }

    static TaskRecord Described((ArmDefinition Arm, StageDefinition Stage, EvaluationTask Task)[] uses, RunPaths paths)
    {
        var task = uses[0].Task;
        object? owner = task is MultipleChoiceTask choices ? choices : Evaluated(task).OfType<PromptFile>().FirstOrDefault();
        string? set = owner switch
        {
            PromptFile file => file.Set,
            MultipleChoiceTask questions => questions.Set,
            _ => null,
        };
        var known = PublishedAttribute.Of(set);
        var trained = (
            from use in uses
            from stage in use.Arm.Stages.TakeWhile(s => s != use.Stage)
            from source in TrainedOn(stage)
            select (use.Arm, stage.Property, Source: source)
        ).ToList();
        return new(
            task.Name,
            set,
            known is null ? null : Rows(owner!, paths),
            known?.Rows,
            task.InDistribution,
            ByStage(trained.Where(t => Evaluated(task).Any(e => IsSame(t.Source, e)))),
            [
                .. from t in trained
                where !Evaluated(task).Any(e => IsSame(t.Source, e))
                let reason = Related(t.Source, task, set)
                where reason is not null
                group t by reason into alike
                let stages = ByStage(alike)
                select $"{alike.Key}, on which {English.List(stages, "and")} {(stages.Count == 1 ? "trains" : "train")}",
            ]
        )
        {
            KnownElsewhere = known?.TrainedOn ?? "",
        };
    }

    /// <summary>The stages with their arms.</summary>
    static IReadOnlyList<string> ByStage(IEnumerable<(ArmDefinition Arm, string Property, PromptSource Source)> trained) =>
        [.. trained.GroupBy(t => t.Property, t => t.Arm.Name).Select(stage => $"{stage.Key} ({string.Join(", ", stage.Distinct())})")];

    static IEnumerable<PromptSource> TrainedOn(StageDefinition stage) =>
        SpecOptions
            .Walk(stage.Spec)
            .Where(o => o.Option.IsDefined(typeof(TrainedOnAttribute), inherit: true))
            .Select(o => o.Value)
            .Concat(stage.Axes.SelectMany(a => a.Values).Select(v => v.Value))
            .OfType<PromptSource>();

    static IEnumerable<object> Evaluated(EvaluationTask task) =>
        SpecOptions
            .Options(task.GetType())
            .Where(o => o.IsDefined(typeof(EvaluatedAttribute), inherit: true))
            .Select(o => o.GetValue(task))
            .OfType<object>();

    static bool IsSame(PromptSource trained, object measured) =>
        measured switch
        {
            PromptSource prompts => trained.MayOverlap(prompts),
            string path => trained.MayComeFrom(path),
            _ => false,
        };

    /// <summary>
    /// Why prompts of a task may be among those that a stage trains on, to follow the task's name; null: nothing says so.
    /// </summary>
    static string? Related(PromptSource trained, EvaluationTask task, string? set)
    {
        if (trained is SelfAnswered answered)
            return Related(answered.Prompts, task, set);
        if (trained is not PromptFile file)
            return null;
        string[] own = Families(set, null),
            others = Families(file.Set, file.Layout);
        if (
            SharesWith(own).Intersect(others).Concat(others.Where(o => SharesWith([o]).Intersect(own).Any())).FirstOrDefault() is { } shared
        )
            return $"shares prompts with {shared}";
        var measured = Evaluated(task).OfType<PromptFile>().FirstOrDefault();
        // Of one file the declarations themselves tell which part is trained on; so do two names of sets.
        return
            measured is not null
            && (file.Set is null || measured.Set is null)
            && Families(null, measured.Layout).Length == 1
            && file.Layout == measured.Layout
            && file.Class == measured.Class
            && !(file with { Split = Split.All, WhereColumn = null, WhereValue = null }).MayOverlap(
                measured with
                {
                    Split = Split.All,
                    WhereColumn = null,
                    WhereValue = null,
                }
            )
            ? $"may hold prompts of another file of the layout {file.Layout}"
            : null;
    }

    /// <summary>The families that a set, or else a layout, belongs to.</summary>
    static string[] Families(string? set, PromptLayout? layout) =>
        PublishedAttribute.FamilyOf(set) is { } family
            ? [family]
            :
            [
                .. PublishedAttribute
                    .Sets.Where(s =>
                        layout is not (null or PromptLayout.Columns)
                        && PublishedTask(s) is PromptTask { Prompts: PromptFile file }
                        && file.Layout == layout
                    )
                    .Select(s => PublishedAttribute.FamilyOf(s)!)
                    .Distinct(),
            ];

    static IEnumerable<string> SharesWith(IEnumerable<string> families) =>
        families.SelectMany(f => PublishedAttribute.Of(f)?.SharesWith ?? []);

    static object? PublishedTask(string set) =>
        typeof(PublishedTasks).GetProperty(set, BindingFlags.Public | BindingFlags.Static)!.GetValue(null);

    /// <summary>How many rows a file of a published set has; null: it is not at hand.</summary>
    internal static int? Rows(object owner, RunPaths paths)
    {
        string declared = owner is PromptFile prompts ? prompts.Path : ((MultipleChoiceTask)owner).Path;
        if (PlaceNames.In(declared).Any(name => !paths.Places.ContainsKey(name)))
            return null;
        string path = paths.Resolve(declared);
        if (!Path.Exists(path))
            return null;
        try
        {
            return owner is PromptFile file
                ? TableFile.Read(path, wanted: column => Data.Files.Layouts.PromptLayouts.Reads(file, column)).Rows.Count
                : ChoiceQuestions.CountIn((MultipleChoiceTask)owner with { Path = path });
        }
        catch (InputException)
        {
            // The run itself tells what is wrong with the file.
            return null;
        }
    }
}
