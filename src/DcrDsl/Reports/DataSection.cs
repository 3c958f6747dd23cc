using DcrDsl.Results;
using DcrDsl.Wording;

namespace DcrDsl.Reports;

/// <summary>What each task measures on: which published set, whether it is whole, and whether something was trained on it.</summary>
static class DataSection
{
    public static IEnumerable<ReportSection> Of(RunResults run)
    {
        var tasks = run.Experiment.Tasks;
        if (tasks.Count == 0)
            yield break;
        bool sets = tasks.Any(t => t.Set is not null);
        yield return new ReportSection(
            "What the tasks measure on",
            [
                new ReportTable(
                    "Tasks, and whether what they measure on was trained on, as far as the declarations tell",
                    [
                        ReportColumn.Words("task"),
                        .. sets
                            ? [ReportColumn.Words("published set"), new ReportColumn("rows"), new("published")]
                            : Array.Empty<ReportColumn>(),
                        ReportColumn.Words("in distribution"),
                    ],
                    [
                        .. tasks.Select(t =>
                            (IReadOnlyList<ReportCell>)
                                [
                                    t.Task,
                                    .. sets ? [t.Set ?? Numbers.Undefined, Count(t.Rows), Count(t.Published)] : Array.Empty<ReportCell>(),
                                    Standing(t),
                                ]
                        ),
                    ],
                    run.Experiment.ReportCommand
                ),
                .. run.Experiment.SetNotes.Select(note => new ReportText(note)),
                .. tasks
                    .Where(t => t.KnownElsewhere.Length > 0)
                    .GroupBy(t => t.KnownElsewhere, t => t.Task)
                    .Select(known => new ReportText($"{English.List([.. known], "and")}: {known.Key}.")),
            ]
        );
    }

    static ReportCell Count(int? rows) => rows is { } count ? Numbers.Of(count, 0) : Numbers.Undefined;

    static string Standing(TaskRecord task) =>
        task.Trained.Count > 0 ? $"yes: {English.List(task.Trained, "and")} {(task.Trained.Count == 1 ? "trains" : "train")} on it"
        : task.Declared ? "yes, as it is declared"
        : task.Perhaps.Count > 0 ? "perhaps: it " + string.Join("; it ", task.Perhaps)
        : "no";
}
