using System.Text.RegularExpressions;
using DcrDsl.Specs;

namespace DcrDsl.Generators.Validation;

/// <summary>
/// The rules about what decides on completions and answers: that the judge fits the base model, and the comparison its task.
/// </summary>
static class AnswerRules
{
    public static void Check(ArmView arm, string property, EvaluationGrid grid)
    {
        var tasks = grid.Tasks.OfType<PromptTask>().ToList();
        foreach (var task in tasks) Compared(arm, property, task);
        if (tasks.Count == 0 || arm.Model is not { } model) return;
        if ((grid.Judge ?? model.OwnJudge) is not { } judge)
            arm.Report(Descriptors.NoJudge, property, grid, nameof(grid.Judge), property, model.GetType().Name);
        else if (Misfit(judge, model) is { } misfit)
            arm.Report(Descriptors.JudgeDoesNotFit, property, grid, nameof(grid.Judge), property, misfit);
    }

    static string? Misfit(JudgeSpec judge, ModelSpec model)
    {
        if (model.OwnJudge is null)
            return judge is RefusalOpeners { Openers.Count: > 0 } words && words.Openers
                .All(w => ToyWorld.Judge.Openers.Contains(w, StringComparer.OrdinalIgnoreCase))
                ? $"judges '{model.GetType().Name}' by the words with which ToyWorld's refusals begin, so that \"I'm sorry\" would "
                    + "count as an answer; choose a judge such as RefusalJudges.PrefixOrSubstring"
                : null;
        return Vocabulary.StaticMemberName(judge) is { } name && judge is RefusalPhrases
            ? $"judges '{model.GetType().Name}' by {name}, whose phrases ToyWorld's vocabulary cannot write; choose ToyWorld.Judge, or "
                + "leave the judge out"
            : null;
    }

    static void Compared(ArmView arm, string property, PromptTask task)
    {
        void Wrong(object owner, string option, string what) =>
            arm.Report(Descriptors.ComparisonDoesNotFit, property, owner, option, task.Name, what);

        if (task.Comparison is not { } comparison) return;
        if (!task.Prompts.HasAnswers) Wrong(task, nameof(task.Comparison),
            "has a Comparison and prompts without answers; leave it out, or load the answers that completions are compared with");
        if (comparison is not ExactMatch match) return;
        foreach (string expression in match.RegexesToIgnore)
            if (Fault(expression) is { } fault) Wrong(match, nameof(match.RegexesToIgnore),
                $"ignores the expression '{expression}', which cannot be read: {fault}");
    }

    static string? Fault(string expression)
    {
        try
        {
            _ = new Regex(expression, RegexOptions.CultureInvariant);
            return null;
        }
        catch (ArgumentException exception)
        {
            return exception.Message.TrimEnd('.');
        }
    }
}
