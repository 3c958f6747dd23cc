using DcrDsl.Generators.Diagnostics;
using DcrDsl.Generators.Draft;
using DcrDsl.Generators.Values;
using DcrDsl.Specs;

namespace DcrDsl.Generators.Rules;

/// <summary>
/// Between training and evaluation: what a task measures on (<see cref="EvaluatedAttribute"/>) no stage of the arm trains on (<see
/// cref="TrainedOnAttribute"/>), unless the task says so.
/// </summary>
static class LeakageRules
{
    public static void Check(ArmView arm, string property, Stage stage)
    {
        foreach (var task in SpecRecord.Within<EvaluationTask>(stage).Where(t => !t.InDistribution))
        foreach (var option in Vocabulary.OptionsOf(task).Where(o => o.Mark<EvaluatedAttribute>() is not null))
        foreach (var (trained, other) in arm.Stages)
            if (TrainedOn(other).Any(source => MayHold(source, option.GetValue(task))))
                arm.Report(
                    arm.Setting(property, task, option.Name, nameof(task.InDistribution), "true"),
                    Descriptors.TrainedOnTask,
                    property,
                    task,
                    option.Name,
                    task.Name,
                    trained,
                    arm.Notation.Setting(nameof(task.InDistribution), "true")
                );
    }

    /// <summary>
    /// Notes the files whose content is to be compared, where the build has them: that two files share prompts no declaration tells.
    /// </summary>
    public static void Content(ArmView arm, string property, EvaluationGrid grid)
    {
        if (grid.Leakage.Overlaps == OverlapUse.Ignore)
            return;
        foreach (var task in grid.Tasks.Where(t => !t.InDistribution))
        foreach (var option in Vocabulary.OptionsOf(task).Where(o => o.Mark<EvaluatedAttribute>() is not null))
        foreach (var (trained, stage) in arm.Stages)
        foreach (var (_, source, value) in SpecRecord.Marked<TrainedOnAttribute>(stage))
            if (option.GetValue(task) is PromptFile evaluated && FileOf(value) is { } file)
                arm.Draft.Compared.Add(
                    new ComparedPrompts(
                        new ComparedFiles(
                            task.Name,
                            evaluated,
                            $"{trained}.{arm.Notation.Option(source.Name)}",
                            file,
                            grid.Leakage,
                            arm.Notation.Setting(nameof(task.InDistribution), "true")
                        ),
                        arm.PlaceOf(property, task, option.Name)
                    )
                );
    }

    static PromptFile? FileOf(object? source) =>
        source switch
        {
            PromptFile file => file,
            SelfAnswered answered => FileOf(answered.Prompts),
            _ => null,
        };

    static IEnumerable<PromptSource> TrainedOn(Stage stage) =>
        SpecRecord.Marked<TrainedOnAttribute>(stage).Select(o => o.Value).OfType<PromptSource>();

    static bool MayHold(PromptSource source, object? measured) =>
        measured switch
        {
            PromptSource prompts => source.MayOverlap(prompts),
            string path => source.MayComeFrom(path),
            _ => false,
        };
}
