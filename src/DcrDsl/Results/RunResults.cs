using System.Collections.Concurrent;
using System.Globalization;
using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Measures;
using DcrDsl.Evaluation.Watching;
using DcrDsl.Specs;

namespace DcrDsl.Results;

/// <summary>The results of a run, read back from its folder.</summary>
public sealed class RunResults
{
    readonly ConcurrentDictionary<string, Scores> scores = [];
    readonly ConcurrentDictionary<string, IReadOnlyList<Reading>> readings = [];

    RunResults(
        string folder,
        ExperimentRecord experiment,
        ProvenanceRecord? provenance,
        IReadOnlyList<CellRecord> cells,
        IReadOnlyList<StageRunRecord> stageRuns,
        IReadOnlyList<FailureRecord> failures,
        IReadOnlyList<string> notes
    )
    {
        (Folder, Experiment, Provenance) = (folder, experiment, provenance);
        (Cells, StageRuns, Failures, Notes) = (cells, stageRuns, failures, notes);
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>What was run.</summary>
    public ExperimentRecord Experiment { get; }

    /// <summary>Where the numbers come from; null for a run of a version that did not write it down.</summary>
    public ProvenanceRecord? Provenance { get; }

    /// <summary>The finished cells, in the order planned.</summary>
    public IReadOnlyList<CellRecord> Cells { get; }

    /// <summary>The finished stage runs, in the order planned; of a run that was cut off, in the order in which they ended.</summary>
    public IReadOnlyList<StageRunRecord> StageRuns { get; }

    /// <summary>The stage runs that failed.</summary>
    public IReadOnlyList<FailureRecord> Failures { get; }

    /// <summary>What the reader of the results must know about the files, for example that a half-written line was left out.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>The answers of a cell with the verdicts of its judges, read when they are first asked for.</summary>
    /// <exception cref="InputException">A file of them is missing or damaged.</exception>
    public Scores Scores(CellRecord cell) =>
        scores.GetOrAdd(
            cell.Id,
            id => VerdictsFile.Read(RunFiles.VerdictsOf(Folder, id), AnswersFile.Read(RunFiles.CompletionsOf(Folder, id)))
        );

    /// <summary>What was read along a stage run, in order; empty where nothing was watched.</summary>
    /// <exception cref="InputException">The file of it is missing or damaged.</exception>
    public IReadOnlyList<Reading> Readings(StageRunRecord run) =>
        run.Watching is { } watched
            ? readings.GetOrAdd(run.Id, id => ReadingsFile.Read(RunFiles.ReadingsOf(Folder, id), watched.Readings))
            : [];

    /// <summary>The kernel couplings that were read along a stage run, in order; empty where none was watched.</summary>
    /// <exception cref="InputException">The file of readings is missing or damaged.</exception>
    public IReadOnlyList<CouplingReading> Couplings(StageRunRecord run) => CouplingReading.Of(Readings(run));

    /// <summary>Reads the results in a run folder.</summary>
    /// <exception cref="InputException">It is no run folder, or a file of it is damaged.</exception>
    public static RunResults Load(string folder)
    {
        string path = Path.Combine(folder, RunFiles.Experiment);
        if (!File.Exists(path))
            throw new InputException($"{folder} is not the folder of a run: it has no {RunFiles.Experiment}.");
        var experiment = RecordFile.Read(path, RunRecordsJson.Default.ExperimentRecord);
        if (experiment.MatchedDefence is not (> 0 and <= 1))
            throw new InputException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{path}: matchedDefence is {experiment.MatchedDefence}, and it lies above 0 and is at most 1; run the "
                        + $"experiment again."
                )
            );
        string provenance = Path.Combine(folder, RunFiles.Provenance);
        var notes = new List<string>();
        var lines = new RunLines(
            folder,
            experiment,
            LineFile<CellRecord>.Read(Path.Combine(folder, RunFiles.Cells), RunRecordsJson.Default.CellRecord, notes, cell => cell.Fault()),
            LineFile<StageRunRecord>.Read(Path.Combine(folder, RunFiles.StageRuns), RunRecordsJson.Default.StageRunRecord, notes),
            LineFile<FailureRecord>.Read(Path.Combine(folder, RunFiles.Failures), RunRecordsJson.Default.FailureRecord, notes)
        );
        lines.Check();
        var order = experiment.Cells.Index().ToDictionary(c => c.Item, c => c.Index);
        return new RunResults(
            folder,
            Measuring(experiment, lines.Cells.Select(c => c.Record)),
            File.Exists(provenance) ? ProvenanceFile.Read(provenance) : null,
            [.. lines.Cells.Select(c => c.Record).OrderBy(c => order[c.Id])],
            [.. lines.StageRuns.Select(r => r.Record)],
            [.. lines.Failures.Select(f => f.Record)],
            notes
        );
    }

    /// <summary>The experiment with the metrics that its cells have beyond those declared: judges that came later left numbers.</summary>
    static ExperimentRecord Measuring(ExperimentRecord experiment, IEnumerable<CellRecord> cells)
    {
        Metric[] more =
        [
            .. cells
                .SelectMany(c => c.Metrics.Keys)
                .Where(m => MetricTable.Of(m).Needs.Score != ScoreMeaning.None)
                .Distinct()
                .Except(experiment.Metrics),
        ];
        return more.Length == 0 ? experiment : experiment with { Metrics = [.. experiment.Metrics.Concat(more).Order()] };
    }

    /// <summary>Reads the results of one experiment.</summary>
    /// <param name="folder">The folder of a run.</param>
    /// <param name="experiment">The experiment's name.</param>
    /// <exception cref="InputException">It is no run folder, it is another experiment's, or a file of it is damaged.</exception>
    public static RunResults Load(string folder, string experiment)
    {
        var results = Load(folder);
        return results.Experiment.Name == experiment
            ? results
            : throw new InputException(
                $"{folder} holds a run of {results.Experiment.Name}, and results of {experiment} are asked for: "
                    + $"give the folder of a run of {experiment}, or load it as {results.Experiment.Name}."
            );
    }

    /// <summary>The same results, comparing other arms than the experiment declares.</summary>
    /// <param name="arms">The arms.</param>
    /// <param name="reportCommand">The command line that makes such a report.</param>
    /// <exception cref="InputException">There are no such arms.</exception>
    public RunResults Comparing(ArmComparison arms, string reportCommand)
    {
        arms.Check([.. Experiment.Arms.Select(a => a.Name)]);
        return new RunResults(
            Folder,
            arms.In(Experiment) with
            {
                ReportCommand = reportCommand,
            },
            Provenance,
            Cells,
            StageRuns,
            Failures,
            Notes
        );
    }

    /// <summary>The folder of the latest numbered run of an experiment, or of any if <paramref name="experiment"/> is null.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public static string Latest(string? experiment)
    {
        string[] roots =
            experiment is not null ? [Path.Combine("runs", experiment)]
            : Directory.Exists("runs") ? Directory.GetDirectories("runs")
            : [];
        return roots
                .SelectMany(root => RunNumbers.In(root).Select(n => Path.Combine(root, RunNumbers.NameOf(n))))
                .Where(folder => File.Exists(Path.Combine(folder, RunFiles.Experiment)))
                .OrderBy(folder => File.GetLastWriteTimeUtc(Path.Combine(folder, RunFiles.Experiment)))
                .ThenBy(folder => folder, StringComparer.Ordinal)
                .LastOrDefault()
            ?? throw new InputException(
                $"There is no run{(experiment is null ? "" : " of " + experiment)} under {Path.GetFullPath("runs")}: run an experiment "
                    + $"first, or give the folder of a run."
            );
    }
}
