using System.Collections.Concurrent;
using System.Globalization;
using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Leaking;
using DcrDsl.Evaluation.Measures;
using DcrDsl.Evaluation.Preferring;
using DcrDsl.Evaluation.Watching;
using DcrDsl.Results.Comparing;
using DcrDsl.Results.Labels;
using DcrDsl.Specs;
using DcrDsl.Wording;

namespace DcrDsl.Results;

/// <summary>The results of a run, read back from its folder.</summary>
public sealed partial class RunResults
{
    readonly ConcurrentDictionary<string, Scores> scores = [];
    readonly ConcurrentDictionary<OverlapKind, RunResults> reduced = [];
    readonly ConcurrentDictionary<object, object> computed = [];
    readonly Lazy<FoundLeakage?> leakage;
    readonly OverlapKind? without;

    // Labels are of the completions of the whole run, whichever of them are left out.
    readonly RunResults? whole;
    readonly ConcurrentDictionary<string, IReadOnlyList<Reading>> readings = [];
    IReadOnlyList<CompletionLabel>? labels;

    RunResults(
        string folder,
        ExperimentRecord experiment,
        ProvenanceRecord? provenance,
        IReadOnlyList<CellRecord> cells,
        IReadOnlyList<StageRunRecord> stageRuns,
        IReadOnlyList<FailureRecord> failures,
        IReadOnlyList<string> notes,
        OverlapKind? without = null,
        RunResults? whole = null
    )
    {
        (this.without, this.whole) = (without, whole);
        leakage = new(() => OverlapFile.Read(folder));
        (Folder, Experiment, Provenance) = (folder, experiment, provenance);
        (Cells, StageRuns, Failures, Notes) = (cells, stageRuns, failures, notes);
        comparisons = new(() => RunComparisons.Of(this));
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
            id =>
            {
                var answers = PreferencesFile.Read(
                    RunFiles.PreferencesOf(Folder, id),
                    AnswersFile.Read(RunFiles.CompletionsOf(Folder, id))
                );
                var all = VerdictsFile.Read(RunFiles.VerdictsOf(Folder, id), answers);
                return without is { } kind ? all.Without(OverlappingIn(cell, kind)) : all;
            }
        );

    /// <summary>
    /// Reads the scores of all cells that were not read yet, side by side; one that cannot be read is told when it is asked for.
    /// </summary>
    internal void ReadScores() =>
        Parallel.ForEach(
            Cells,
            cell =>
            {
                try
                {
                    _ = Scores(cell);
                }
                catch (InputException)
                {
                    // The sentence of the first such cell is told, whichever was read first.
                }
            }
        );

    /// <summary>What is made of the run's scores alone, and asked for by several parts of a report: made once.</summary>
    /// <param name="key">What it is, and of which cells.</param>
    /// <param name="compute">Makes it.</param>
    internal T Once<T>(object key, Func<T> compute)
        where T : class => (T)computed.GetOrAdd(key, _ => compute());

    /// <summary>Who preferred a cell's completions or a reference's answers; null: nobody was asked.</summary>
    /// <exception cref="InputException">The file of preferences is damaged.</exception>
    internal PreferredBy? PreferredBy(CellRecord cell) => PreferencesFile.By(RunFiles.PreferencesOf(Folder, cell.Id));

    /// <summary>What a person says that completions are, read when first asked for; empty where nobody has labelled any.</summary>
    /// <exception cref="InputException">The file of labels is damaged, or is about other completions.</exception>
    public IReadOnlyList<CompletionLabel> Labels => labels ??= whole?.Labels ?? LabelFiles.Labels(this);

    /// <summary>How right the judges are by the labels, the metrics' own first; empty where nothing is labelled.</summary>
    /// <exception cref="InputException">The file of labels is damaged, or is about other completions.</exception>
    public IReadOnlyList<JudgeCalibration> Calibrations => LabelledVerdicts.Calibrations(whole ?? this);

    /// <summary>
    /// The prompts and questions that overlap with what stages train on or are watched on, by task, seed and place; empty too where nothing
    /// was compared.
    /// </summary>
    /// <exception cref="InputException">The file of them is damaged.</exception>
    public IReadOnlyList<Overlap> Overlaps => Leakage?.Overlaps ?? [];

    /// <summary>
    /// Each prompt's nearest training prompt by the base model's own hidden states; empty where <see cref="Specs.Leakage.Neighbours"/> is
    /// not declared.
    /// </summary>
    /// <exception cref="InputException">The file of them is damaged.</exception>
    public IReadOnlyList<Neighbour> Neighbours => Leakage?.Neighbours ?? [];

    /// <summary>What was compared and found; null: nothing was compared.</summary>
    internal FoundLeakage? Leakage => leakage.Value;

    /// <summary>
    /// The same results as if the prompts and questions that overlap with training had not been asked, in no arm: the metrics of all cells
    /// are computed anew of what is stored. Tasks that say that they are in-distribution stay as they are.
    /// </summary>
    /// <param name="kind">Overlaps of this kind and closer ones are left out.</param>
    /// <exception cref="InputException">A file of completions, or of overlaps, is missing or damaged.</exception>
    public RunResults Without(OverlapKind kind) =>
        without >= kind ? this
        : Overlaps.Any(o => Counts(o, kind)) ? reduced.GetOrAdd(kind, Reduced)
        : this;

    RunResults Reduced(OverlapKind kind)
    {
        var results = new RunResults(Folder, Experiment, Provenance, Cells, StageRuns, Failures, Notes, kind, whole ?? this);
        return new RunResults(
            Folder,
            Experiment,
            Provenance,
            [.. Cells.Select(c => c with { Metrics = Measured.Of(results.Scores(c), Experiment.Metrics, Experiment.MatchedDefence) })],
            StageRuns,
            Failures,
            Notes,
            kind,
            whole ?? this
        );
    }

    static bool Counts(Overlap overlap, OverlapKind kind) => overlap.Kind <= kind && !overlap.InDistribution;

    /// <summary>The places of what is left out of a cell's tasks. A cell that no seed changes leaves out what any seed does.</summary>
    IReadOnlyDictionary<string, IReadOnlySet<int>> OverlappingIn(CellRecord cell, OverlapKind kind) =>
        Overlaps
            .Where(o => Counts(o, kind) && (o.Seed is null || cell.Seed is null || o.Seed == cell.Seed))
            .GroupBy(o => o.Task)
            .ToDictionary(g => g.Key, g => (IReadOnlySet<int>)g.Select(o => o.Item).ToHashSet());

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
        if (experiment.Inference.Fault() is { } fault)
            throw new InputException($"{path}: {fault}; run the experiment again.");
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
                .Where(m => MetricTable.Of(m).Needs is { NeedsIndirect: true } or { NeedsPairs: true } or { Score: not ScoreMeaning.None })
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
        return With(arms.In(Experiment) with { ReportCommand = reportCommand });
    }

    /// <summary>The same results with other conclusions: those that the experiment declares today.</summary>
    internal RunResults Concluding(InferenceRecord inference) => With(Experiment with { Inference = inference });

    RunResults With(ExperimentRecord experiment) => new(Folder, experiment, Provenance, Cells, StageRuns, Failures, Notes, without, whole);

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
