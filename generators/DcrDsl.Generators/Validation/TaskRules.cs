using DcrDsl.Specs;
using Microsoft.CodeAnalysis.CSharp;

namespace DcrDsl.Generators.Validation;

/// <summary>The rules about an evaluation grid.</summary>
static class TaskRules
{
    public static void Check(ArmView arm, string property, EvaluationGrid grid)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var task in grid.Tasks)
        {
            if (!SyntaxFacts.IsValidIdentifier(task.Name))
                arm.Report(Descriptors.InvalidName, property, task, nameof(EvaluationTask.Name), task.Name, "a task", "give it a C# identifier, because the results have a member of that name");
            else if (!names.Add(task.Name))
                arm.Report(Descriptors.InvalidName, property, task, nameof(EvaluationTask.Name), task.Name, "a task", "another task of the grid has it");
            if (task is PromptTask prompts) HeldOut(arm, property, prompts);
            if (task is MultipleChoiceTask choices) Questions(arm, property, choices);
        }
    }

    static void Questions(ArmView arm, string property, MultipleChoiceTask task)
    {
        void Incomplete(string option, string what) => arm.Report(Descriptors.IncompleteTask, property, task, option, task.Name, what);

        if (task.Path.Length == 0) Incomplete(nameof(task.Path), "has no Path; name the file of its questions");
        if (task.Shots > 0 && task.ShotsPath is null) Incomplete(nameof(task.Shots), $"wants {Emit.Text.Label(task.Shots)} solved examples and has no ShotsPath; say which file they come from");
        if (task.Format.Text.Length == 0) Incomplete(nameof(task.Format), "has a format without Text; choose one such as ChoiceFormat.Arc, or give the template of the question");
        if (task.Format.Choices.Length == 0) Incomplete(nameof(task.Format), "has a format without Choices; give the template that lists them");
        if (string.IsNullOrEmpty(task.Format.Target) == string.IsNullOrEmpty(task.Format.TrueChoices))
            Incomplete(nameof(task.Format), "has a format with both Target and TrueChoices, or neither; give one, which says what is right");
    }

    static void HeldOut(ArmView arm, string property, PromptTask task)
    {
        if (task.InDistribution) return;
        foreach (var (trained, stage) in arm.Stages)
            if (TrainingSources(stage).Any(source => source is not null && source.MayOverlap(task.Prompts)))
                arm.Report(Descriptors.TrainedOnTask, property, task, nameof(PromptTask.Prompts), task.Name, trained);
    }

    static IEnumerable<PromptSource?> TrainingSources(Stage stage) => stage switch
    {
        Pretrain pretrain => [pretrain.Data],
        ContrastiveRefinement refinement => [refinement.SeeminglyToxic, refinement.Toxic],
        SupervisedFineTuning tuning => [tuning.General, tuning.Refusals, tuning.Augmentation],
        _ => [],
    };
}
