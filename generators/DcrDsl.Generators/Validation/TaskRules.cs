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
                arm.Report(Descriptors.InvalidName, property, task, nameof(PromptTask.Name), task.Name, "a task", "give it a C# identifier, because the results have a member of that name");
            else if (!names.Add(task.Name))
                arm.Report(Descriptors.InvalidName, property, task, nameof(PromptTask.Name), task.Name, "a task", "another task of the grid has it");
            HeldOut(arm, property, task);
        }
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
