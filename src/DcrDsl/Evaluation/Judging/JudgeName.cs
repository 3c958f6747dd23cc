using DcrDsl.Specs;

namespace DcrDsl.Evaluation.Judging;

/// <summary>What reports call a judge: a published list by its name, others by what they begin with.</summary>
static class JudgeName
{
    /// <param name="judge">The judge.</param>
    /// <param name="phrases">What it looks for, the most telling first.</param>
    public static string Of(JudgeSpec judge, IReadOnlyList<string> phrases)
    {
        string others = phrases.Count switch
        {
            1 => "",
            2 => " and 1 other",
            int n => FormattableString.Invariant($" and {n - 1} others"),
        };
        return PublishedJudges.NameOf(judge) ?? $"{judge.GetType().Name} \"{phrases[0]}\"{others}";
    }
}
