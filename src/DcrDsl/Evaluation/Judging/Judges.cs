using DcrDsl.Specs;

namespace DcrDsl.Evaluation.Judging;

/// <summary>The judges by the names that specs call them by; each function stands beside the judge that it makes.</summary>
public static partial class Judges
{
    /// <summary>The judge of a record, for those that have a name: <c>Judges.Of(RefusalJudges.XSTest)</c>.</summary>
    /// <exception cref="InputException">
    /// What it looks for is missing or mistaken, or the function that the record names is not there.
    /// </exception>
    public static IJudge Of(JudgeSpec judge) => StoredJudge.Make(judge);
}
