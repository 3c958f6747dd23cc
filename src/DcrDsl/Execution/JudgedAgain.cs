using System.Text.Json;
using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Judging;
using DcrDsl.FileSystem;
using DcrDsl.Results;
using DcrDsl.Specs;

namespace DcrDsl.Execution;

/// <summary>What came of judging a run's completions again.</summary>
/// <param name="Completions">How many were judged, by each of the judges.</param>
/// <param name="Judges">Who judged them; the metrics are by the first.</param>
/// <param name="Changed">The numbers that are other ones now, in the order of the cells.</param>
public sealed record JudgedAgain(int Completions, IReadOnlyList<string> Judges, IReadOnlyList<ChangedMetric> Changed)
{
    /// <summary>
    /// Judges the stored completions of a run, without the model, and writes verdicts and metrics again: all of them, or none if something
    /// goes wrong. Verdicts of judges that are not asked now stay beside the new ones.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="names">
    /// Who judges: published names such as <c>RefusalJudges.XSTest</c>, or judges of the run by what its report calls them; the metrics are
    /// by the first. None: the run's own, in their order.
    /// </param>
    /// <param name="cancellation">Looked at before each completion.</param>
    /// <exception cref="InputException">
    /// The run goes on, has no completions or cannot be written, or a judge is not known or cannot be made of what the run holds.
    /// </exception>
    /// <exception cref="OperationCanceledException">The caller asked to stop; nothing is changed.</exception>
    public static async Task<JudgedAgain> Of(RunResults run, IReadOnlyList<string> names, CancellationToken cancellation = default)
    {
        if (RunLeftovers.GoesOn(run.Folder))
            throw new InputException($"{run.Folder}: the run goes on; judge it again when it has ended.");
        var files = new List<(string, IEnumerable<string>)>();
        var cells = new List<CellRecord>();
        var changed = new List<ChangedMetric>();
        var judges = new List<string>();
        int completions = 0;
        foreach (var cell in run.Cells)
        {
            var before = run.Scores(cell);
            IJudge[] asked =
            [
                .. names.Count == 0 ? before.Judges.Select(j => Own(j, run)) : names.Distinct().Select(n => Named(n, before, run)),
            ];
            var after = (await Judged.ByAsync(before.Answers, asked, cancellation).ConfigureAwait(false)).Beside(before);
            var metrics = Measured.Of(after, run.Experiment.Metrics, run.Experiment.MatchedDefence);
            files.Add((RunFiles.VerdictsOf(run.Folder, cell.Id), VerdictsFile.Lines(after)));
            cells.Add(cell with { Metrics = metrics });
            changed.AddRange(ChangedMetric.Of(cell, metrics));
            judges.AddRange(asked.Select(j => JudgeIdentity.Of(j).Name).Except(judges));
            completions += after.Tasks.Where(t => t.IsJudged).Sum(t => t.Count);
        }
        if (completions == 0)
            throw new InputException($"{run.Folder} has no completions that could be judged.");
        files.Add(
            (Path.Combine(run.Folder, RunFiles.Cells), cells.Select(c => JsonSerializer.Serialize(c, RunRecordsJson.Default.CellRecord)))
        );
        try
        {
            WholeFile.WriteAll(files);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"The verdicts cannot be written: {exception.Message.TrimEnd('.')}.", exception);
        }
        return new JudgedAgain(completions, judges, changed);
    }

    static IJudge Named(string name, Scores scores, RunResults run) =>
        scores.Judges.FirstOrDefault(j => string.Equals(j.Id, name, StringComparison.OrdinalIgnoreCase) || j.Name == name) is { } own
            ? Own(own, run)
            : StoredJudge.Make(PublishedJudges.Of(name));

    static IJudge Own(JudgeIdentity judge, RunResults run) =>
        judge.Spec is { } spec
            ? StoredJudge.Make(spec)
            : throw new InputException(
                $"The judge {judge.Name} cannot be made again of what {run.Folder} holds: name another with --judge "
                    + $"({string.Join(", ", PublishedJudges.Names)})."
            );
}

/// <summary>A metric of a cell that is another one now.</summary>
/// <param name="Cell">The cell's id.</param>
/// <param name="Metric">The metric.</param>
/// <param name="Before">What it was; NaN: the cell did not have it.</param>
/// <param name="After">What it is; NaN: the cell does not have it any more.</param>
public sealed record ChangedMetric(string Cell, Metric Metric, double Before, double After)
{
    internal static IEnumerable<ChangedMetric> Of(CellRecord cell, IReadOnlyDictionary<Metric, double> after) =>
        from metric in cell.Metrics.Keys.Union(after.Keys)
        let was = cell.Metrics.GetValueOrDefault(metric, double.NaN)
        let now = after.GetValueOrDefault(metric, double.NaN)
        where !was.Equals(now)
        select new ChangedMetric(cell.Id, metric, was, now);
}
