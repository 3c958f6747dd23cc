using DcrDsl.Specs;

namespace DcrDsl.Generators.Validation;

/// <summary>The rules about judges: that they have words to judge by.</summary>
static class JudgeRules
{
    public static void Check(ArmView arm, string property, EvaluationGrid grid)
    {
        if (grid.Judge is not { } judge) return;
        void Wrong(string option, string why)
        {
            bool written = arm.Draft.Places.Find(judge, option) is not null;
            arm.Report(Descriptors.EmptyJudge, property, written ? judge : grid, written ? option : nameof(grid.Judge),
                judge.GetType().Name, why);
        }

        // The first list opens a refusal, and of it the refusal probability is made.
        var lists = Vocabulary.Options(judge.GetType()).Where(o => o.PropertyType == typeof(ValueList<string>)).ToList();
        if (lists.Count > 0 && ((ValueList<string>)lists[0].GetValue(judge)!).Count == 0)
            Wrong(lists[0].Name,
                $"has no {arm.Notation.Option(lists[0].Name)}, of which the refusal probability is made; name at least one");
        foreach (var list in lists)
            foreach (string phrase in (ValueList<string>)list.GetValue(judge)!)
            {
                if (string.IsNullOrWhiteSpace(phrase)) Wrong(list.Name,
                    $"has an empty phrase in {arm.Notation.Option(list.Name)}, which every completion holds; take it out");
                else if (judge is RefusalOpeners && phrase.Any(char.IsWhiteSpace)) Wrong(list.Name,
                    $"compares the first word, and '{phrase}' is more than one; choose RefusalPhrases, or a single word");
            }
    }
}
