using DcrDsl.Specs;

namespace DcrDsl.Evaluation.Judging;

/// <summary>Which judge gave verdicts.</summary>
/// <param name="Id">What the report calls it.</param>
/// <param name="Version">Its version, such as the way in which it reads completions.</param>
/// <param name="Spec">The record that it was made of; null: it cannot be made again from what is stored.</param>
public sealed record JudgeIdentity(string Id, string Version, JudgeSpec? Spec = null)
{
    /// <summary>Id and version: "RefusalJudges.XSTest (plain-1)".</summary>
    public string Name => $"{Id} ({Version})";

    /// <summary>What it asked of somebody for these verdicts, and what that cost; null: it decided by itself.</summary>
    public JudgeAccount? Account { get; init; }

    /// <summary>Whether it says if a completion refuses: one that only grades is no judge of that.</summary>
    internal bool GivesVerdicts => Spec?.GivesVerdicts != false;

    internal static JudgeIdentity Of(IJudge judge) => new(judge.Id, judge.Version, judge.Spec) { Account = judge.Account };
}
