using System.Collections;
using DcrDsl.Generators.Diagnostics;
using DcrDsl.Generators.Values;
using DcrDsl.Specs;

namespace DcrDsl.Generators.Rules;

/// <summary>The rules about where prompts come from: that no prompt is to be answered and refused at once, and that a model answers itself
/// only where it is trained on answers.</summary>
static class SourceRules
{
    public static void Check(ArmView arm, string property, Stage stage)
    {
        void Apart(object owner, string option, PromptSource? source, string other, PromptSource? otherSource)
        {
            if (source is not null && otherSource is not null && source.MayOverlap(otherSource))
                arm.Report(Descriptors.SamePrompts, property, owner, option, $"{property}.{arm.Notation.Option(option)}", other);
        }
        switch (stage)
        {
            case ContrastiveRefinement refinement:
                Apart(
                    refinement,
                    nameof(refinement.Toxic),
                    refinement.Toxic,
                    $"{property}.{arm.Notation.Option(nameof(refinement.SeeminglyToxic))}",
                    refinement.SeeminglyToxic
                );
                Class(
                    arm,
                    property,
                    refinement,
                    nameof(refinement.SeeminglyToxic),
                    refinement.SeeminglyToxic,
                    PromptClass.Toxic,
                    PromptClass.SeeminglyToxic
                );
                Class(arm, property, refinement, nameof(refinement.Toxic), refinement.Toxic, PromptClass.SeeminglyToxic, PromptClass.Toxic);
                break;
            case SupervisedFineTuning { RefusalShare: > 0 } tuning:
                Apart(
                    tuning,
                    nameof(tuning.Refusals),
                    tuning.Refusals,
                    $"{property}.{arm.Notation.Option(nameof(tuning.General))}",
                    tuning.General
                );
                Apart(
                    tuning,
                    nameof(tuning.Refusals),
                    tuning.Refusals,
                    $"{property}.{arm.Notation.Option(nameof(tuning.Augmentation))}",
                    tuning.Augmentation
                );
                break;
            case EvaluationGrid grid:
                var tasks = grid.Tasks.OfType<PromptTask>().ToList();
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
                break;
        }
        foreach (var (owner, option, source) in Slots(stage))
            if (source is SelfAnswered && owner is not SupervisedFineTuning)
                arm.Report(
                    Descriptors.SelfAnsweredElsewhere,
                    property,
                    owner,
                    option,
                    owner is EvaluationTask task ? task.Name : $"{property}.{arm.Notation.Option(option)}"
                );
    }

    static void Class(ArmView arm, string property, object owner, string option, PromptSource? source, PromptClass wrong, PromptClass right)
    {
        if (source?.Class == wrong)
            arm.Report(
                Descriptors.WrongClass,
                property,
                owner,
                option,
                $"{property}.{arm.Notation.Option(option)}",
                wrong.ToString(),
                right.ToString()
            );
    }

    /// <summary>Every option that holds a source, with its record.</summary>
    static IEnumerable<(object Owner, string Option, PromptSource Source)> Slots(object owner)
    {
        foreach (var option in Vocabulary.OptionsOf(owner))
        {
            object? value = option.GetValue(owner);
            if (value is PromptSource source)
                yield return (owner, option.Name, source);
            foreach (object? inner in value is IEnumerable items and not string ? items : new[] { value })
                if (inner is not null && Vocabulary.IsRecord(inner.GetType()))
                    foreach (var slot in Slots(inner))
                        yield return slot;
        }
    }
}
