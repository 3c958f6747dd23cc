using DcrDsl.Generators.Diagnostics;
using DcrDsl.Generators.Values;
using DcrDsl.Specs;

namespace DcrDsl.Generators.Rules;

/// <summary>The rules about files of prompts alone: that their declarations do not contradict themselves.</summary>
static class PromptFileRules
{
    public static void Check(ArmView arm, string property, PromptFile file)
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
}
