using System.Collections;
using System.Globalization;
using DcrDsl.Generators.Diagnostics;
using DcrDsl.Generators.Values;
using DcrDsl.Specs;

namespace DcrDsl.Generators.Rules;

/// <summary>
/// The rules about where a stage's data come from: that there are some, of the right class and with answers where these are learnt, that no
/// prompt is to be answered and refused at once, and that a model answers itself only where it is trained on answers.
/// </summary>
static class SourceRules
{
    public static void Check(ArmView arm, string property, Stage stage)
    {
        foreach (var (owner, option, value) in SpecRecord.Walk(stage))
        {
            Required(arm, property, owner, option, value);
            if (value is not PromptSource source)
                continue;
            Answers(arm, property, owner, option, source);
            Pairs(arm, property, owner, option, source);
            Apart(arm, property, owner, option, source);
            Class(arm, property, owner, option, source);
        }
    }

    static void Required(ArmView arm, string property, object owner, Option option, object? value)
    {
        bool missing = value is null || value is IEnumerable list and not string && !list.Cast<object>().Any();
        if (missing && option.Mark<RequiredAttribute>() is { } required && !IsIdle(owner, option))
            arm.Report(
                Descriptors.MissingData,
                property,
                owner,
                option.Name,
                Of(arm, property, owner),
                arm.Notation.Option(option.Name),
                required.Example
            );
    }

    /// <summary>What has the option: the stage or, in one that is watched, what is watched along it.</summary>
    static string Of(ArmView arm, string property, object owner) =>
        owner is WatchSpec ? $"{property}.{arm.Notation.Option(nameof(TrainingStage.Watch))}" : property;

    static void Answers(ArmView arm, string property, object owner, Option option, PromptSource source)
    {
        bool learnt = option.Mark<TrainedOnAttribute>() is { NeedsAnswers: true };
        if (learnt && !source.HasAnswers && !IsIdle(owner, option))
            arm.Report(
                Descriptors.MissingAnswers,
                property,
                owner,
                option.Name,
                Name(arm, property, option.Name),
                arm.Notation.Option(nameof(PromptFile.ResponseColumn)),
                arm.Notation.Option(nameof(PromptFile.Answers))
            );
        if (source is SelfAnswered && !learnt)
            arm.Report(
                Descriptors.SelfAnsweredElsewhere,
                property,
                owner,
                option.Name,
                owner is EvaluationTask task ? task.Name : Name(arm, property, option.Name)
            );
    }

    static void Pairs(ArmView arm, string property, object owner, Option option, PromptSource source)
    {
        if (option.Mark<PairsOfAnswersAttribute>() is not null && !source.HasPairs && source is not SelfAnswered)
            arm.Report(
                Descriptors.MissingPairs,
                property,
                owner,
                option.Name,
                owner is EvaluationTask task ? task.Name : Name(arm, property, option.Name),
                arm.Notation.Option(nameof(PromptFile.ResponseColumn)),
                arm.Notation.Option(nameof(PromptFile.RejectedColumn))
            );
    }

    static void Apart(ArmView arm, string property, object owner, Option option, PromptSource source)
    {
        if (option.Mark<ApartFromAttribute>() is not { } apart || IsIdle(owner, option))
            return;
        foreach (string other in apart.Options)
            if (Vocabulary.OptionOf(owner, other)!.GetValue(owner) is PromptSource otherSource && source.MayOverlap(otherSource))
                arm.Report(
                    Descriptors.SamePrompts,
                    property,
                    owner,
                    option.Name,
                    Name(arm, property, option.Name),
                    Name(arm, property, other)
                );
    }

    static void Class(ArmView arm, string property, object owner, Option option, PromptSource source)
    {
        if (option.Mark<ToldApartAttribute>() is { } told && source.Class == told.Wrong)
            arm.Report(
                Descriptors.WrongClass,
                property,
                owner,
                option.Name,
                Name(arm, property, option.Name),
                told.Wrong.ToString(),
                told.Right.ToString()
            );
    }

    /// <summary>Whether an option has nothing to do, because the number on which that depends is 0.</summary>
    static bool IsIdle(object owner, Option option) =>
        option.Mark<RequiredAttribute>()?.UnlessZero is { } number
        && !(Convert.ToDouble(Vocabulary.OptionOf(owner, number)!.GetValue(owner), CultureInfo.InvariantCulture) > 0);

    static string Name(ArmView arm, string property, string option) => $"{property}.{arm.Notation.Option(option)}";
}
