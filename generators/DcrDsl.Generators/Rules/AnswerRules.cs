using System.Text.RegularExpressions;
using DcrDsl.Generators.Diagnostics;
using DcrDsl.Generators.Values;
using DcrDsl.Specs;

namespace DcrDsl.Generators.Rules;

/// <summary>
/// The rules about what decides on completions and answers: that the judge fits the base model, and the comparison its task.
/// </summary>
static class AnswerRules
{
    public static void Check(ArmView arm, string property, EvaluationGrid grid)
    {
        var tasks = grid.Tasks.OfType<PromptTask>().ToList();
        foreach (var task in tasks)
        {
            Compared(arm, property, task);
            FreeAnswers(arm, property, task);
        }
        if (tasks.Count == 0)
            return;
        if (grid.Judge is { } own)
        {
            Words(arm, property, grid, own, nameof(grid.Judge));
            ProbeRules.Read(arm, property, grid, own, nameof(grid.Judge));
        }
        foreach (var other in grid.OtherJudges)
        {
            Words(arm, property, grid, other, nameof(grid.OtherJudges));
            ProbeRules.Read(arm, property, grid, other, nameof(grid.OtherJudges));
        }
        var first = grid.Judge ?? arm.Model?.OwnJudge;
        ProbeRules.Check(arm, property, grid, first);
        if (arm.Model is not { } model)
            return;
        if (first is null)
            arm.Report(
                arm.Setting(
                    property,
                    grid,
                    nameof(grid.Judge),
                    nameof(grid.Judge),
                    $"{nameof(RefusalJudges)}.{nameof(RefusalJudges.PrefixOrSubstring)}"
                ),
                Descriptors.NoJudge,
                property,
                grid,
                nameof(grid.Judge),
                property,
                model.GetType().Name
            );
        else if (Misfit(first, model) is { } misfit)
            arm.Report(Descriptors.JudgeDoesNotFit, property, grid, nameof(grid.Judge), property, misfit);
        var known = new HashSet<JudgeSpec?> { first };
        foreach (var other in grid.OtherJudges)
            if (!known.Add(other))
                arm.Report(
                    Descriptors.JudgeDoesNotFit,
                    property,
                    grid,
                    nameof(grid.OtherJudges),
                    property,
                    $"names the judge {Vocabulary.StaticMemberName(other) ?? other.GetType().Name} twice; take one out"
                );
            else if (Misfit(other, model) is { } wrong)
                arm.Report(Descriptors.JudgeDoesNotFit, property, grid, nameof(grid.OtherJudges), property, wrong);
    }

    /// <summary>A judge needs words to judge by.</summary>
    static void Words(ArmView arm, string property, EvaluationGrid grid, JudgeSpec judge, string place)
    {
        void Wrong(string option, string why)
        {
            bool written = arm.Draft.Places.Find(judge, option) is not null;
            arm.Report(Descriptors.EmptyJudge, property, written ? judge : grid, written ? option : place, judge.GetType().Name, why);
        }

        if (judge.Fault is { } fault)
            Wrong(place, fault);
        if (place == nameof(grid.Judge) && !judge.GivesVerdicts)
            Wrong(place, $"only grades, and the metrics are by it; name it under {arm.Notation.Option(nameof(grid.OtherJudges))}");

        // The first list opens a refusal.
        var lists = Vocabulary.Options(judge.GetType()).Where(o => o.Type == typeof(ValueList<string>)).ToList();
        if (lists.Count > 0 && ((ValueList<string>)lists[0].GetValue(judge)!).Count == 0)
            Wrong(lists[0].Name, $"has no {arm.Notation.Option(lists[0].Name)}, by which it tells a refusal; name at least one");
        foreach (var list in lists)
        foreach (string phrase in (ValueList<string>)list.GetValue(judge)!)
        {
            if (string.IsNullOrWhiteSpace(phrase))
                Wrong(list.Name, $"has an empty phrase in {arm.Notation.Option(list.Name)}, which every completion holds; take it out");
            else if (judge is RefusalOpeners && phrase.Any(char.IsWhiteSpace))
                Wrong(list.Name, $"compares the first word, and '{phrase}' is more than one; choose RefusalPhrases, or a single word");
        }
    }

    static string? Misfit(JudgeSpec judge, ModelSpec model)
    {
        if (model.OwnJudge is null)
            return
                judge is RefusalOpeners { Openers.Count: > 0 } words
                && words.Openers.All(w => ToyWorld.Judge.Openers.Contains(w, StringComparer.OrdinalIgnoreCase))
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

        if (task.Comparison is not { } comparison)
            return;
        if (!task.Prompts.HasAnswers)
            Wrong(
                task,
                nameof(task.Comparison),
                "has a Comparison and prompts without answers; leave it out, or load the answers that completions are compared with"
            );
        if (comparison is not ExactMatch match)
            return;
        foreach (string expression in match.RegexesToIgnore)
            if (Fault(expression) is { } fault)
                Wrong(match, nameof(match.RegexesToIgnore), $"ignores the expression '{expression}', which cannot be read: {fault}");
    }

    static void FreeAnswers(ArmView arm, string property, PromptTask task)
    {
        if (
            task is
            {
                Comparison: null,
                Prompts: PromptFile { Answers: AnswerUse.ByLayout, HasAnswers: true, Layout: not PromptLayout.Columns } file
            }
        )
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
