using System.Text.Json;
using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Judging;
using DcrDsl.Evaluation.Judging.Asking;
using DcrDsl.Evaluation.Preferring;
using DcrDsl.FileSystem;
using DcrDsl.Results;
using DcrDsl.Specs;
using DcrDsl.Wording;

namespace DcrDsl.Execution;

/// <summary>
/// Has the completions of a finished run compared with a reference's answers, as its experiment declares, and writes who was preferred,
/// and the metrics anew: all of it, or nothing if something goes wrong. What was answered is kept, so that asking again goes on from there.
/// </summary>
public static class WinRates
{
    /// <summary>Compares the completions of a run, where its experiment declares it.</summary>
    /// <param name="run">The run.</param>
    /// <param name="cancellation">Looked at before each cell.</param>
    /// <returns>What was asked; null: no win rate is declared.</returns>
    /// <exception cref="InputException">A reference's answer is missing, or whoever prefers cannot be reached.</exception>
    public static Task<WinRateAccount?> Of(RunResults run, CancellationToken cancellation = default) =>
        Of(run, new JudgingPlace { Answers = JudgeAnswers.Of(Store.StoreFolder.Of(null), Disk.Real, _ => { }) }, cancellation);

    /// <summary>The same at a place that says what was answered before.</summary>
    internal static async Task<WinRateAccount?> Of(RunResults run, JudgingPlace place, CancellationToken cancellation)
    {
        if (run.Experiment.WinRate is not { } declared)
            return null;
        var spec = StoredRecord.Read<WinRate>(declared);
        using var here = place.Enter();
        var judge = new PairJudge(spec, place);
        var reference = ReferenceAnswers.Of(spec, run, path => path);
        var files = new List<(string, IEnumerable<string>)>();
        var cells = new List<CellRecord>();
        var notes = new List<string>();
        var before = judge.Account;
        foreach (var cell in run.Cells)
        {
            cancellation.ThrowIfCancellationRequested();
            var scores = run.Scores(cell);
            if (reference.For(cell) is not { } answers)
            {
                notes.Add($"{cell.Id} has no win rate: {reference.Obstacle(cell)}.");
                cells.Add(cell);
                continue;
            }
            var compared = await Compared(judge, scores.Answers, answers, place.Told, cancellation).ConfigureAwait(false);
            var now = judge.Account;
            files.Add(
                (
                    RunFiles.PreferencesOf(run.Folder, cell.Id),
                    [.. PreferencesFile.Lines(new(judge.Name, reference.Name, now.Less(before)), compared)]
                )
            );
            before = now;
            cells.Add(cell with { Metrics = Measured.Of(scores.With(compared), Metrics(run, cell), run.Experiment.MatchedDefence) });
        }
        Write(run, files, cells);
        return new(judge.Name, reference.Name, judge.Account, notes);
    }

    /// <summary>That a run will be able to compare: the rubric, a key, and a file of answers are there.</summary>
    /// <param name="spec">The declaration.</param>
    /// <param name="place">Where it will be asked, rehearsing.</param>
    /// <param name="answered">What is asked in the run, as far as it is known before.</param>
    /// <exception cref="InputException">They are not.</exception>
    internal static void Check(WinRate spec, JudgingPlace place, IEnumerable<Answers> answered)
    {
        using var here = place.Enter();
        _ = new PairJudge(spec, place);
        if (spec.Answers is null)
            return;
        var reference = ReferenceAnswers.Of(spec, null, place.Path);
        foreach (var task in answered.SelectMany(PreferencesFile.Compared))
        foreach (var item in task.Items)
            _ = reference.For(null)!(task.Name, item.Prompt);
    }

    static async Task<Answers> Compared(
        PairJudge judge,
        Answers own,
        Func<string, string, string> reference,
        Action<TaskProgress>? told,
        CancellationToken cancellation
    )
    {
        const int sideBySide = 32;
        var compared = new Dictionary<string, TaskAnswers>(StringComparer.Ordinal);
        foreach (var task in PreferencesFile.Compared(own))
        {
            var items = new List<PromptAnswer>();
            foreach (var together in task.Items.Chunk(sideBySide))
            {
                cancellation.ThrowIfCancellationRequested();
                told?.Invoke(new TaskProgress(task.Name, items.Count, task.Count));
                items.AddRange(await Task.WhenAll(together.Select(i => Prefer(task.Name, i))).ConfigureAwait(false));
            }
            compared.Add(task.Name, task with { Items = items });
        }
        return own.With([.. own.Tasks.Select(t => compared.GetValueOrDefault(t.Name, t))]);

        async Task<PromptAnswer> Prefer(string task, PromptAnswer item) =>
            item with
            {
                Preferred = await judge
                    .Prefer(item.Prompt, item.Completion.Text, reference(task, item.Prompt), cancellation)
                    .ConfigureAwait(false),
            };
    }

    // A run of an experiment that asked for none before has the metrics now.
    static IEnumerable<Metric> Metrics(RunResults run, CellRecord cell) =>
        run.Experiment.Metrics.Union(cell.Metrics.Keys).Union([Metric.WinRate, Metric.LengthControlledWinRate]).Order();

    static void Write(RunResults run, List<(string, IEnumerable<string>)> files, List<CellRecord> cells)
    {
        try
        {
            Directory.CreateDirectory(Path.Combine(run.Folder, RunFiles.Preferences));
            WholeFile.WriteAll([
                .. files,
                (
                    Path.Combine(run.Folder, RunFiles.Cells),
                    cells.Select(c => JsonSerializer.Serialize(c, RunRecordsJson.Default.CellRecord))
                ),
            ]);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"The preferences cannot be written: {exception.Message.TrimEnd('.')}.", exception);
        }
    }
}

/// <summary>What came of comparing a run's completions with a reference's answers.</summary>
/// <param name="Judge">Who preferred.</param>
/// <param name="Against">The reference: an arm, or a file.</param>
/// <param name="Asked">What was asked, and what that cost.</param>
/// <param name="Notes">Which cells could not be compared, in sentences.</param>
public sealed record WinRateAccount(string Judge, string Against, JudgeAccount Asked, IReadOnlyList<string> Notes);
