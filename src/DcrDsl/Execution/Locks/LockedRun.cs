using DcrDsl.Execution.Origin;
using DcrDsl.Planning;
using DcrDsl.Results;
using DcrDsl.Wording;
using Microsoft.Extensions.Logging;

namespace DcrDsl.Execution.Locks;

/// <summary>A run and its lock: what is checked before anything runs, and what is written or compared when it has ended.</summary>
sealed class LockedRun
{
    readonly RunLock wanted;
    readonly LockedPlan now;
    readonly LockRecord? locked;

    LockedRun(RunLock wanted, LockedPlan now, LockRecord? locked) => (this.wanted, this.now, this.locked) = (wanted, now, locked);

    /// <summary>Reads the lock and holds the plan against it.</summary>
    /// <exception cref="InputException">
    /// There is no lock, or it describes something else, and the sentence says what differs; or there is no folder to write it into.
    /// </exception>
    public static LockedRun Of(Plan plan, ExecutionOptions options, Storage storage, RunLock wanted, bool whole, ILogger logger)
    {
        _ = wanted.Tolerance?.Checked();
        var now = LockedPlan.Of(plan, options, storage);
        if (wanted.Use == LockUse.Write)
            return new LockedRun(wanted, now, Before(wanted.File, logger));
        var locked = LockFile.Read(wanted.File);
        var differences = LockDifference.Of(locked, now, whole);
        return differences.Count == 0
            ? new LockedRun(wanted, now, locked)
            : throw new InputException(
                $"{wanted.File} does not describe this run: {string.Join("; ", differences)}. Nothing was run: undo what differs, or lock "
                    + "anew with --lock."
            );
    }

    /// <summary>Writes the lock, or compares the numbers with it.</summary>
    /// <param name="results">The results.</param>
    /// <param name="stored">What is said of the processors of results that were in the store.</param>
    public LockOutcome End(RunResults results, IEnumerable<string> stored)
    {
        var numbers = ResultSnapshot.Of(results);
        var machine = results.Provenance is { } provenance ? MachineOf(provenance, now.Record.Computing, stored) : null;
        return wanted.Use == LockUse.Check ? Compare(numbers, machine)
            : machine is null || results.Cells.Count < now.Record.Cells.Count
                ? new LockOutcome(
                    false,
                    $"{wanted.File} was not written, as {results.Cells.Count} of {now.Record.Cells.Count} cells are finished.",
                    []
                )
            : Write(now.Record with { Results = new LockedResults(machine, Tolerance, numbers.Arms) });
    }

    /// <summary>Writes the lock of a plan that is not run; numbers that stand in it already stay if they are the plan's.</summary>
    public LockOutcome WithoutRun() =>
        wanted.Use == LockUse.Check ? new LockOutcome(true, $"{wanted.File} describes this plan.", [])
        : locked?.Results is { } results && LockDifference.Of(locked, now, whole: true).Count == 0
            ? Write(now.Record with { Results = results with { Tolerance = Tolerance } })
        : Write(now.Record);

    Tolerance Tolerance => wanted.Tolerance ?? locked?.Results?.Tolerance ?? RunLock.DefaultTolerance;

    LockOutcome Write(LockRecord record)
    {
        try
        {
            LockFile.Write(wanted.File, record);
            return new LockOutcome(true, $"Locked in {wanted.File}{(record.Results is null ? ", without numbers" : "")}.", []);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new LockOutcome(false, $"{wanted.File} cannot be written: {exception.Message.TrimEnd('.')}.", []);
        }
    }

    LockOutcome Compare(ResultSnapshot numbers, LockedMachine? machine)
    {
        if (locked!.Results is not { } results)
            return new LockOutcome(true, $"{wanted.File} has no numbers to compare with: it was locked before it was run.", []);
        var expected = new ResultSnapshot(locked.Experiment, results.Arms).Within(numbers);
        string[] other = machine is null ? ["a machine that is not known"] : [.. Differences(results.Machine, machine)];
        var tolerance = other.Length == 0 ? Tolerance.Exact : Tolerance;
        var differences = numbers.Differences(expected, tolerance);
        string how =
            other.Length == 0
                ? "to the last digit, as on the processor and threads of the lock"
                : $"within {tolerance}, as this is another machine: {string.Join(", ", other)}";
        return differences.Count == 0
            ? new LockOutcome(true, $"The numbers are those of {wanted.File} {how}.", [])
            : new LockOutcome(
                false,
                $"{English.Count(differences.Count, "number")} {(differences.Count == 1 ? "is not that" : "are not those")} of "
                    + $"{wanted.File} ({how}).",
                differences
            );
    }

    static LockedMachine MachineOf(ProvenanceRecord provenance, Arithmetic computing, IEnumerable<string> stored) =>
        new(
            [.. stored.Append(provenance.Processor.Label).Distinct().Order(StringComparer.Ordinal)],
            provenance.Processor.Version,
            provenance.Processor.Architecture,
            computing.Device,
            computing.Threads,
            provenance.Libraries.Libtorch,
            provenance.Libraries.Blas,
            provenance.Variables
        );

    static IEnumerable<string> Differences(LockedMachine locked, LockedMachine now)
    {
        (string Name, string Locked, string Now)[] all =
        [
            ("", English.List(locked.Processors), English.List(now.Processors)),
            ("", locked.Version, now.Version),
            ("", locked.Architecture, now.Architecture),
            ("device ", locked.Device, now.Device),
            ("threads ", Text(locked.Threads), Text(now.Threads)),
            ("libtorch ", locked.Libtorch, now.Libtorch),
            ("", locked.Blas, now.Blas),
            ("", Text(locked.Variables), Text(now.Variables)),
        ];
        return all.Where(d => d.Locked != d.Now).Select(d => $"{d.Name}{d.Locked} → {d.Now}");

        static string Text(object value) =>
            value is IReadOnlyDictionary<string, string> variables
                ? variables.Count == 0
                    ? "no variables"
                    : string.Join(' ', variables.Select(v => $"{v.Key}={v.Value}"))
                : FormattableString.Invariant($"{value}");
    }

    static LockRecord? Before(string file, ILogger logger)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        if (!Directory.Exists(folder))
            throw new InputException($"{file}: there is no folder {folder} to write the lock into; make it, or name another file.");
        if (!File.Exists(file))
            return null;
        try
        {
            return LockFile.Read(file);
        }
        catch (InputException mistake)
        {
            logger.LogWarning("{Mistake} It is written anew, with the default tolerance.", mistake.Message);
            return null;
        }
    }
}
