using DcrDsl.Generators.Diagnostics;
using DcrDsl.Specs;
using Microsoft.CodeAnalysis.CSharp;

namespace DcrDsl.Generators.Rules;

/// <summary>The rules about an evaluation grid.</summary>
static class TaskRules
{
    public static void Check(ArmView arm, string property, EvaluationGrid grid)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var task in grid.Tasks)
        {
            if (!SyntaxFacts.IsValidIdentifier(task.Name))
                arm.Report(
                    Descriptors.InvalidName,
                    property,
                    task,
                    nameof(EvaluationTask.Name),
                    task.Name,
                    "a task",
                    arm.Notation.TaskName
                );
            else if (!names.Add(task.Name))
                arm.Report(
                    Descriptors.InvalidName,
                    property,
                    task,
                    nameof(EvaluationTask.Name),
                    task.Name,
                    "a task",
                    "another task of the grid has it"
                );
            if (task is PromptTask prompts)
                HeldOut(arm, property, task, nameof(prompts.Prompts), source => source.MayOverlap(prompts.Prompts));
            if (task is MultipleChoiceTask choices)
            {
                Questions(arm, property, choices);
                HeldOut(arm, property, task, nameof(choices.Path), choices.MayOverlap);
            }
        }
    }

    static void Questions(ArmView arm, string property, MultipleChoiceTask task)
    {
        void Incomplete(string option, string what) =>
            arm.Report(
                Descriptors.IncompleteTask,
                property,
                task,
                option,
                task.Name,
                arm.Notation.Sentence(what, typeof(MultipleChoiceTask))
            );

        if (string.IsNullOrWhiteSpace(task.Path))
            Incomplete(nameof(task.Path), "has no Path; name the file of its questions");
        if (task.Shots > 0 && string.IsNullOrWhiteSpace(task.ShotsPath))
            Incomplete(
                nameof(task.Shots),
                $"wants {Values.Text.Label(task.Shots)} solved examples and has no ShotsPath; say which file they come from"
            );
        if (task.Format.Text.Length == 0)
            Incomplete(
                nameof(task.Format),
                "has a format without Text; choose one such as ChoiceFormat.Arc, or give the template of the question"
            );
        if (task.Format.Choices.Length == 0)
            Incomplete(nameof(task.Format), "has a format without Choices; give the template that lists them");
        if (string.IsNullOrEmpty(task.Format.Target) == string.IsNullOrEmpty(task.Format.TrueChoices))
            Incomplete(
                nameof(task.Format),
                "has a format with both Target and TrueChoices, or neither; give one, which says what is right"
            );
    }

    static void HeldOut(ArmView arm, string property, EvaluationTask task, string option, Func<PromptSource, bool> overlaps)
    {
        if (task.InDistribution)
            return;
        foreach (var (trained, stage) in arm.Stages)
            if (TrainingSources(stage).Any(source => source is not null && overlaps(source)))
                arm.Report(
                    Descriptors.TrainedOnTask,
                    property,
                    task,
                    option,
                    task.Name,
                    trained,
                    arm.Notation.Setting(nameof(task.InDistribution), "true")
                );
    }

    static IEnumerable<PromptSource?> TrainingSources(Stage stage) =>
        stage switch
        {
            Pretrain pretrain => [pretrain.Data],
            ContrastiveRefinement refinement => [refinement.SeeminglyToxic, refinement.Toxic],
            SupervisedFineTuning tuning => [tuning.General, tuning.Refusals, tuning.Augmentation],
            _ => [],
        };
}
