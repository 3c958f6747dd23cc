using DcrDsl.Definition;
using DcrDsl.Execution;
using DcrDsl.Results;
using DcrDsl.Wording;

namespace DcrDsl.Reports;

/// <summary>What is missing from the run, and why.</summary>
static class FailureSection
{
    const int Listed = 6;

    public static IEnumerable<ReportSection> Of(RunResults run)
    {
        string[] failed =
        [
            .. run.Failures.Select(f =>
                $"{f.StageRun} failed, so {English.List(f.Cells)} {(f.Cells.Count == 1 ? "has" : "have")} no scores: {f.Reason}"
            ),
        ];
        var known = run.Cells.Select(c => c.Id).Concat(run.Failures.SelectMany(f => f.Cells)).ToHashSet();
        string[] unreached = [.. run.Experiment.Cells.Where(c => !known.Contains(c))];
        string counted = $"{Numbers.Of(unreached.Length, 0)} of its {English.Count(run.Experiment.Cells.Count, "cell")}",
            how = RunLeftovers.GoesOn(run.Folder)
                ? $"The run goes on: {counted} are to come"
                : $"The run was stopped before it reached {counted}";
        string[] stopped = unreached.Length == 0 ? [] : [$"{how}: {Some(unreached)}."];
        string[] sentences = [.. failed, .. stopped, .. run.Notes];
        if (sentences.Length > 0)
            yield return new ReportSection("Not everything is here", [new ReportList(sentences)], SectionPlace.Front);
    }

    static string Some(string[] names) => names.Length <= Listed ? English.List(names) : string.Join(", ", names.Take(Listed)) + ", …";
}
