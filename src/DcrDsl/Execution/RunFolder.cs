using System.Text.Json;
using DcrDsl.Definition;
using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Leaking;
using DcrDsl.Planning;
using DcrDsl.Results;

namespace DcrDsl.Execution;

/// <summary>
/// The files of one run, written as the run goes: the experiment before anything is trained, then a line for every finished stage run and
/// cell, with the completions of each cell in a file of their own. Lines stand in the order in which things were finished until the run
/// ends, then in that of the plan.
/// </summary>
sealed class RunFolder : IRunObserver, IDisposable
{
    readonly LineFile<CellRecord> cells;
    readonly LineFile<StageRunRecord> stageRuns;
    readonly LineFile<FailureRecord> failures;
    readonly ErrorLog errors;
    readonly Plan plan;
    readonly IReadOnlyDictionary<StageRunNode, StageKey> keys;
    readonly HashSet<string> places = new(StringComparer.Ordinal);

    RunFolder(string path, Plan plan, IReadOnlyDictionary<StageRunNode, StageKey> keys)
    {
        Path = path;
        (this.plan, this.keys) = (plan, keys);
        Directory.CreateDirectory(System.IO.Path.Combine(path, RunFiles.Completions));
        Directory.CreateDirectory(System.IO.Path.Combine(path, RunFiles.Verdicts));
        cells = new(In(RunFiles.Cells), RunRecordsJson.Default.CellRecord);
        stageRuns = new(In(RunFiles.StageRuns), RunRecordsJson.Default.StageRunRecord);
        failures = new(In(RunFiles.Failures), RunRecordsJson.Default.FailureRecord);
        errors = new(In(RunFiles.Errors));
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Makes the folder of a run and writes down what is to be run.</summary>
    /// <param name="wanted">
    /// The folder, which must be new or empty; null: the next free number under <c>runs/&lt;experiment&gt;</c>.
    /// </param>
    /// <param name="plan">What is to be run.</param>
    /// <param name="keys">The keys of its stage runs.</param>
    /// <param name="describe">Describes it, given the folder.</param>
    /// <exception cref="InputException">The folder is not empty, or cannot be written.</exception>
    public static RunFolder Create(
        string? wanted,
        Plan plan,
        IReadOnlyDictionary<StageRunNode, StageKey> keys,
        Func<string, ExperimentRecord> describe
    )
    {
        try
        {
            using var claim = wanted is null
                ? RunFolderClaim.Numbered(System.IO.Path.Combine("runs", plan.Definition.Name), describe)
                : RunFolderClaim.At(wanted, describe);
            var folder = new RunFolder(claim.Folder, plan, keys);
            claim.Keep();
            return folder;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new InputException(
                $"The run's files cannot be written: {exception.Message.TrimEnd('.')}. Give a folder that can be written with --out.",
                exception
            );
        }
    }

    /// <summary>Writes down where the run's numbers come from.</summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public void Record(ProvenanceRecord provenance) => Write(() => ProvenanceFile.Write(Path, provenance));

    /// <summary>Writes down what of the run's evaluation stands in what it trains on.</summary>
    /// <exception cref="InputException">A file cannot be written.</exception>
    public void Record(FoundLeakage found) => Write(() => OverlapFile.Write(Path, found));

    /// <summary>The files and directories that the finished stage runs have read.</summary>
    public IReadOnlyCollection<string> Places
    {
        get
        {
            lock (places)
                return [.. places];
        }
    }

    /// <inheritdoc/>
    public void Finished(FinishedStageRun finished)
    {
        var node = finished.Node;
        lock (places)
            places.UnionWith(finished.Run.Places);
        Write(() => Append(StageRecords.Of(finished, keys[node].Digest)));
    }

    /// <inheritdoc/>
    public void Stored(StageRunNode node, StageRunRecord record) =>
        Write(() =>
            Append(
                record with
                {
                    Id = node.Id,
                    Stage = node.Stage.Name,
                    Parent = node.Parent?.Id,
                    Values = StageRecords.Labels(node.Values),
                    Stored = true,
                }
            )
        );

    /// <summary>Readings come first: a line speaks of a file that is there.</summary>
    void Append(StageRunRecord record)
    {
        if (record.Watching is not null)
        {
            Directory.CreateDirectory(In(RunFiles.Readings));
            ReadingsFile.Write(RunFiles.ReadingsOf(Path, record.Id), record.Readings);
        }
        stageRuns.Append(record);
    }

    /// <inheritdoc/>
    public void Scored(Cell cell, Scores scores) =>
        Write(() =>
        {
            AnswersFile.Write(RunFiles.CompletionsOf(Path, cell.Id), scores.Answers);
            VerdictsFile.Write(RunFiles.VerdictsOf(Path, cell.Id), scores);
            cells.Append(
                new CellRecord(
                    cell.Id,
                    cell.Arm.Name,
                    StageRecords.Labels(cell.Values),
                    cell.Seed,
                    Measured.Of(scores, plan.Definition.Metrics, plan.Definition.MatchedDefence),
                    [.. cell.StageRuns.Select(r => r.Id)]
                )
            );
        });

    /// <inheritdoc/>
    public void Failed(StageFailure failure)
    {
        Write(() =>
            failures.Append(
                new FailureRecord(
                    failure.Node.Id,
                    [.. plan.Cells.Where(c => c.StageRuns.Contains(failure.Node)).Select(c => c.Id)],
                    failure.Reason
                )
            )
        );
        if (failure.Exception is not InputException)
            errors.Add($"{failure.Node.Id}\n{failure.Exception}");
    }

    /// <summary>Where the details of unexpected errors are, in a sentence; null if there were none.</summary>
    public string? Errors => errors.Sentence;

    /// <summary>
    /// Adds the details of an unexpected error to the log; that it cannot be written is told by <see cref="Errors"/> and ends nothing.
    /// </summary>
    public void WriteError(string details) => errors.Add(details);

    /// <summary>
    /// Puts what was finished or failed into the order of the plan, so that the files do not tell which stage run happened to be faster, or
    /// was in the store. Nothing can be added afterwards.
    /// </summary>
    public void PutInOrder()
    {
        cells.Dispose();
        stageRuns.Dispose();
        failures.Dispose();
        try
        {
            var json = RunRecordsJson.Default;
            string[] runs = [.. plan.StageRuns.Select(r => r.Id)];
            LineOrder.Restore(In(RunFiles.Cells), json.CellRecord, c => c.Id, plan.Cells.Select(c => c.Id));
            LineOrder.Restore(In(RunFiles.StageRuns), json.StageRunRecord, r => r.Id, runs);
            LineOrder.Restore(In(RunFiles.Failures), json.FailureRecord, f => f.StageRun, runs);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            // All lines are there; nothing hangs on their order.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        cells.Dispose();
        stageRuns.Dispose();
        failures.Dispose();
        errors.Dispose();
    }

    void Write(Action write)
    {
        try
        {
            write();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException(
                $"The run ends here, as a file of it cannot be written: {exception.Message.TrimEnd('.')}. "
                    + $"What was finished before is in {Path}.",
                exception
            );
        }
    }

    string In(string file) => System.IO.Path.Combine(Path, file);
}
