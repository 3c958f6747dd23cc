using DcrDsl.Generators.Diagnostics;
using DcrDsl.Generators.Values;
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
            if (task is MultipleChoiceTask choices)
                Questions(arm, property, choices);
        }
        Classes(arm, property, [.. grid.Tasks.OfType<PromptTask>()]);
    }

    /// <summary>The same prompts are not to be refused and answered at once.</summary>
    static void Classes(ArmView arm, string property, IReadOnlyList<PromptTask> tasks)
    {
        foreach (var task in tasks)
            if (
                tasks
                    .TakeWhile(t => t != task)
                    .FirstOrDefault(t =>
                        t.Prompts.Class == PromptClass.Toxic != (task.Prompts.Class == PromptClass.Toxic)
                        && t.Prompts.MayOverlap(task.Prompts)
                    ) is
                { } other
            )
                arm.Report(Descriptors.SamePrompts, property, task, nameof(task.Prompts), task.Name, other.Name);
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
                $"wants {Text.Label(task.Shots)} solved examples and has no ShotsPath; say which file they come from"
            );
        if (task.Set is { } set && PublishedAttribute.Of(set) is null)
            Incomplete(
                nameof(task.Set),
                $"names the published set '{set}', which there is not; name one of docs/tasks.md, or leave Set out"
            );
        if (task.Format.Text.Length == 0 && string.IsNullOrEmpty(task.Format.Continuation))
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
        if (task.Format.AnyTrueIsRight && string.IsNullOrEmpty(task.Format.TrueChoices))
            Incomplete(nameof(task.Format), "has a format of which any true choice is right and no TrueChoices; say which are true");
        string?[] bias = [task.Format.BiasedChoices, task.Format.UnknownChoices, task.Format.Ambiguous];
        if (bias.Any(b => b is not null) && bias.Any(string.IsNullOrEmpty))
            Incomplete(
                nameof(task.Format),
                "has a format with a part of BiasedChoices, UnknownChoices and Ambiguous, which bias scores need together; give all "
                    + "three, or none"
            );
    }
}
