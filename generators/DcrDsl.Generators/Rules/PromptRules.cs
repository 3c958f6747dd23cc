using DcrDsl.Generators.Diagnostics;
using DcrDsl.Generators.Values;
using DcrDsl.Specs;

namespace DcrDsl.Generators.Rules;

/// <summary>The rules about files of prompts and what stages do with their answers.</summary>
static class PromptRules
{
    public static void Check(ArmView arm, string property, Stage stage)
    {
        foreach (var file in SpecRecord.Within<PromptFile>(stage))
        {
            if (file.Split.From >= file.Split.To)
                arm.Report(
                    Descriptors.ContradictoryPrompts,
                    property,
                    file,
                    nameof(PromptFile.Split),
                    file.Path,
                    $"its part from {Text.Label(file.Split.From)} to {Text.Label(file.Split.To)} holds nothing; let it end after it begins"
                );
            foreach (var (option, mistake) in file.Contradictions())
            {
                bool written = arm.Draft.Places.Find(file, option) is not null;
                arm.Report(
                    Descriptors.ContradictoryPrompts,
                    property,
                    file,
                    written ? option : nameof(PromptFile.Layout),
                    file.Path,
                    arm.Notation.Sentence(mistake, typeof(PromptFile))
                );
            }
        }
        if (stage is SupervisedFineTuning tuning)
            TrainedAnswers(arm, property, tuning);
        if (stage is EvaluationGrid grid)
            ComparedAnswers(arm, property, grid);
    }

    static void TrainedAnswers(ArmView arm, string property, SupervisedFineTuning tuning)
    {
        void Need(PromptSource? source, string option)
        {
            if (source is { HasAnswers: false })
                arm.Report(
                    Descriptors.MissingAnswers,
                    property,
                    tuning,
                    option,
                    $"{property}.{arm.Notation.Option(option)}",
                    arm.Notation.Option(nameof(PromptFile.ResponseColumn)),
                    arm.Notation.Option(nameof(PromptFile.Answers))
                );
        }
        Need(tuning.General, nameof(SupervisedFineTuning.General));
        if (tuning.RefusalShare > 0)
            Need(tuning.Refusals, nameof(SupervisedFineTuning.Refusals));
        Need(tuning.Augmentation, nameof(SupervisedFineTuning.Augmentation));
    }

    static void ComparedAnswers(ArmView arm, string property, EvaluationGrid grid)
    {
        foreach (var task in grid.Tasks.OfType<PromptTask>().Where(t => t.Comparison is null))
            if (task.Prompts is PromptFile { Answers: AnswerUse.ByLayout, HasAnswers: true, Layout: not PromptLayout.Columns } file)
                arm.Report(
                    Descriptors.FreeAnswersCompared,
                    property,
                    file,
                    nameof(PromptFile.Layout),
                    task.Name,
                    file.Layout.ToString(),
                    arm.Notation.Option(nameof(file.Answers))
                );
    }
}
