using System.Globalization;
using System.Text.Json;
using DcrDsl.Evaluation;

namespace DcrDsl.Plans;

/// <summary>
/// The files of one run, written as the run goes: the experiment before anything is trained, then a line for every finished stage run and
/// cell, with the completions of each cell in a file of their own.
/// </summary>
public sealed class RunFolder : IRunObserver, IDisposable
{
    static readonly JsonSerializerOptions Indented = new(RunRecordsJson.Default.Options) { WriteIndented = true };

    readonly LineFile<CellRecord> cells;
    readonly LineFile<StageRunRecord> stageRuns;
    readonly LineFile<FailureRecord> failures;
    readonly Plan plan;
    readonly Lock gate = new();

    RunFolder(string path, Plan plan)
    {
        Path = path;
        this.plan = plan;
        Directory.CreateDirectory(System.IO.Path.Combine(path, RunFiles.Completions));
        cells = new(In(RunFiles.Cells), RunRecordsJson.Default.CellRecord);
        stageRuns = new(In(RunFiles.StageRuns), RunRecordsJson.Default.StageRunRecord);
        failures = new(In(RunFiles.Failures), RunRecordsJson.Default.FailureRecord);
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Makes the folder of a run and writes down what is to be run.</summary>
    /// <param name="wanted">The folder, which must be new or empty; null: the next free number under <c>runs/&lt;experiment&gt;</c>.</param>
    /// <param name="plan">What is to be run.</param>
    /// <param name="describe">Describes it, given the folder.</param>
    /// <exception cref="InputException">The folder is not empty, or cannot be written.</exception>
    public static RunFolder Create(string? wanted, Plan plan, Func<string, ExperimentRecord> describe)
    {
        try
        {
            return wanted is null ? CreateNumbered(System.IO.Path.Combine("runs", plan.Definition.Name), plan, describe) : CreateAt(wanted, plan, describe);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new InputException($"The run's files cannot be written: {exception.Message.TrimEnd('.')}. Give a folder that can be written with --out.", exception);
        }
    }

    static RunFolder CreateAt(string folder, Plan plan, Func<string, ExperimentRecord> describe)
    {
        if (string.IsNullOrWhiteSpace(folder) || folder.Contains('\0')) throw new InputException("The folder given with --out has no name: give one that is new or empty.");
        Directory.CreateDirectory(folder);
        if (Directory.EnumerateFileSystemEntries(folder).Any() || !TryClaim(folder, describe))
            throw new InputException($"{folder} is not empty: give a folder that is new or empty with --out, so that no result is overwritten.");
        return new RunFolder(folder, plan);
    }

    static RunFolder CreateNumbered(string root, Plan plan, Func<string, ExperimentRecord> describe)
    {
        Directory.CreateDirectory(root);
        for (int next = RunNumbers.In(root).LastOrDefault() + 1; ; next++)
        {
            string folder = System.IO.Path.Combine(root, next.ToString("000", CultureInfo.InvariantCulture));
            Directory.CreateDirectory(folder);
            if (TryClaim(folder, describe)) return new RunFolder(folder, plan);
        }
    }

    // Two runs that start at once may want one folder: whoever creates this file has it.
    static bool TryClaim(string folder, Func<string, ExperimentRecord> describe)
    {
        string path = System.IO.Path.Combine(folder, RunFiles.Experiment);
        if (File.Exists(path)) return false;
        string text = JsonSerializer.Serialize(describe(folder), Indented) + "\n";
        try
        {
            using var writer = new StreamWriter(new FileStream(path, FileMode.CreateNew, FileAccess.Write));
            writer.Write(text);
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public void Finished(FinishedStageRun finished)
    {
        var node = finished.Node;
        stageRuns.Append(new StageRunRecord(
            node.Id, node.Stage.Name, node.Stage.Kind, node.Parent?.Id, node.Seed, Labels(node.Values), finished.Steps, finished.Duration.TotalSeconds,
            finished.Run.Tokens, finished.Run.Entries, finished.Run.LeftOut));
    }

    /// <inheritdoc/>
    public void Scored(Cell cell, Scores scores)
    {
        ScoresFile.Write(RunFiles.CompletionsOf(Path, cell.Id), scores);
        cells.Append(new CellRecord(cell.Id, cell.Arm.Name, Labels(cell.Values), cell.Seed, Measured.Of(scores, plan.Definition), [.. cell.StageRuns.Select(r => r.Id)]));
    }

    /// <inheritdoc/>
    public void Failed(StageFailure failure)
    {
        failures.Append(new FailureRecord(failure.Node.Id, [.. plan.Cells.Where(c => c.StageRuns.Contains(failure.Node)).Select(c => c.Id)], failure.Reason));
        if (failure.Exception is not InputException) WriteError($"{failure.Node.Id}\n{failure.Exception}");
    }

    /// <summary>The file with the details of unexpected errors, if there are any.</summary>
    public string ErrorFile => In(RunFiles.Errors);

    /// <summary>Whether there have been unexpected errors.</summary>
    public bool HasErrors => File.Exists(ErrorFile);

    /// <summary>Adds the details of an unexpected error to <see cref="ErrorFile"/>.</summary>
    public void WriteError(string details)
    {
        lock (gate) File.AppendAllText(ErrorFile, details + "\n\n");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        cells.Dispose();
        stageRuns.Dispose();
        failures.Dispose();
    }

    string In(string file) => System.IO.Path.Combine(Path, file);

    static OrderedDictionary<string, string> Labels(IReadOnlyDictionary<string, AxisValue> values) =>
        new(values.Select(v => KeyValuePair.Create(v.Key, v.Value.Label)));
}
