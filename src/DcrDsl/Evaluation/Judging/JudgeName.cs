using System.Reflection;
using DcrDsl.Specs;

namespace DcrDsl.Evaluation.Judging;

/// <summary>What reports call a judge: a published list by its name, others by what they begin with.</summary>
static class JudgeName
{
    static readonly (string Name, JudgeSpec Spec)[] Known =
    [
        ($"{nameof(ToyWorld)}.{nameof(ToyWorld.Judge)}", ToyWorld.Judge),
        .. typeof(RefusalJudges)
            .GetProperties(BindingFlags.Public | BindingFlags.Static)
            .Where(p => p.GetValue(null) is JudgeSpec)
            .Select(p => ($"{nameof(RefusalJudges)}.{p.Name}", (JudgeSpec)p.GetValue(null)!)),
    ];

    /// <param name="judge">The judge.</param>
    /// <param name="phrases">What it looks for, the most telling first.</param>
    public static string Of(JudgeSpec judge, IReadOnlyList<string> phrases)
    {
        string? known = Known.FirstOrDefault(k => k.Spec.Equals(judge)).Name;
        string others = phrases.Count switch
        {
            1 => "",
            2 => " and 1 other",
            int n => FormattableString.Invariant($" and {n - 1} others"),
        };
        return $"{known ?? $"{judge.GetType().Name} \"{phrases[0]}\"{others}"} ({PlainText.Id})";
    }
}
