using DcrDsl.Evaluation;
using DcrDsl.Results;
using DcrDsl.Specs;
using DcrDsl.Wording;

namespace DcrDsl.Reports;

/// <summary>
/// Which judge made the numbers, in the words of titles and sentences. Nothing is said where nothing was judged.
/// </summary>
static class JudgeText
{
    /// <summary>", judged by RefusalJudges.XSTest (plain-1)", for the end of a title; with the arms' names where they differ.</summary>
    public static string After(RunResults run, IEnumerable<ArmRow> arms) =>
        Of(run, arms) is { Length: > 0 } judges ? ", judged by " + judges : "";

    /// <summary>The judges of the whole run, the same way.</summary>
    public static string After(RunResults run) =>
        Of(run.Cells.Select(c => (c.Arm, run.Scores(c)))) is { Length: > 0 } judges ? ", judged by " + judges : "";

    /// <summary>The judges' names: one, or each with its arms.</summary>
    public static string Of(RunResults run, IEnumerable<ArmRow> arms) =>
        Of(arms.SelectMany(a => a.Cells.Select(c => (a.Arm.Name, run.Scores(c)))));

    /// <summary>The rule by which completions counted as correct; empty: nothing was compared.</summary>
    public static string Comparison(RunResults run) =>
        English.List([
            .. run
                .Cells.Take(1)
                .SelectMany(c => run.Scores(c).PromptTasks)
                .Where(t => t.Class == PromptClass.General)
                .Select(t => t.Comparison)
                .OfType<string>()
                .Distinct(),
        ]);

    static string Of(IEnumerable<(string Arm, Scores Scores)> cells)
    {
        (string Judge, string Arm)[] named =
        [
            .. cells.Where(c => c.Scores.Judge is not null).Select(c => (c.Scores.Judge!.Name, c.Arm)).Distinct(),
        ];
        string[] judges = [.. named.Select(n => n.Judge).Distinct()];
        return judges.Length < 2
            ? string.Concat(judges)
            : English.List([.. judges.Select(j => $"{j} ({string.Join(", ", named.Where(n => n.Judge == j).Select(n => n.Arm))})")]);
    }
}
