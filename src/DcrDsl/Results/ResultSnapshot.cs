using System.Runtime.CompilerServices;
using DcrDsl.Specs;
using DcrDsl.Wording;

namespace DcrDsl.Results;

/// <summary>
/// The numbers of a run as a text that can be checked in and compared: of every arm, at its values of the axes, every metric at every
/// seed. Nothing of the machine, of times or of paths is in it.
/// </summary>
/// <example><code>
/// ResultSnapshot.Of(QuickStartResults.Load(folder).Run).Verify("QuickStart.verified.json", new Tolerance { Share = 0.02 });
/// </code></example>
public sealed class ResultSnapshot
{
    // Of more differences than these, the rest is counted.
    const int Listed = 20;

    internal ResultSnapshot(string experiment, IReadOnlyDictionary<string, IReadOnlyDictionary<Metric, SeedEstimate>> arms) =>
        (Experiment, Arms) = (experiment, arms);

    /// <summary>The experiment.</summary>
    public string Experiment { get; }

    /// <summary>Every metric over seeds, by arm with its values of the axes: "DCR, Dcr.Layer = 1".</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<Metric, SeedEstimate>> Arms { get; }

    /// <summary>The snapshot of a run's finished cells.</summary>
    public static ResultSnapshot Of(RunResults results)
    {
        var arms = new OrderedDictionary<string, IReadOnlyDictionary<Metric, SeedEstimate>>(StringComparer.Ordinal);
        foreach (var cells in results.Cells.GroupBy(Name))
        {
            var metrics = new OrderedDictionary<Metric, SeedEstimate>();
            foreach (var metric in cells.SelectMany(c => c.Metrics.Keys).Distinct().Order())
                metrics.Add(metric, SeedEstimate.Over(cells.Where(c => c.Metrics.ContainsKey(metric)), c => c.Metrics[metric]));
            arms.Add(cells.Key, metrics);
        }
        return new ResultSnapshot(results.Experiment.Name, arms);

        static string Name(CellRecord cell) => string.Concat([cell.Arm, .. cell.Values.Select(v => $", {v.Key} = {v.Value}")]);
    }

    /// <summary>Reads what <see cref="ToString"/> gives.</summary>
    /// <param name="text">The text.</param>
    /// <param name="file">Where it comes from, for the sentence.</param>
    /// <exception cref="InputException">It is no such text; the sentence says the line.</exception>
    public static ResultSnapshot Parse(string text, string file = "The snapshot") => SnapshotText.Read(text, file);

    /// <summary>JSON, a line for each metric of an arm, always the same for the same numbers; it ends with a line break.</summary>
    public override string ToString() => SnapshotText.Of(this);

    /// <summary>Where this is not what is expected.</summary>
    /// <param name="expected">What is expected.</param>
    /// <param name="tolerance">How far means may lie apart.</param>
    /// <returns>Nothing: all is as expected.</returns>
    public IReadOnlyList<SnapshotDifference> Differences(ResultSnapshot expected, Tolerance tolerance) =>
        [.. SnapshotComparison.Of(this, expected, tolerance.Checked())];

    /// <summary>
    /// Holds this against a file that is checked in. What is not as expected is written beside it, as <c>NAME.received.json</c>: to accept
    /// it, rename it to <c>NAME.verified.json</c>. It depends on no test framework.
    /// </summary>
    /// <param name="file">The file, which ends with <c>.verified.json</c>; a relative path begins at the folder of the calling source file.
    /// </param>
    /// <param name="tolerance">How far means may lie apart; null: not at all, at any seed.</param>
    /// <param name="source">The calling source file; the compiler gives it.</param>
    /// <exception cref="SnapshotException">There is no such file, or this is not what it holds; the sentence says where.</exception>
    /// <exception cref="InputException">The file is no snapshot, or cannot be found or written.</exception>
    public void Verify(string file, Tolerance? tolerance = null, [CallerFilePath] string source = "")
    {
        var verified = VerifiedFile.At(file, "json", source);
        var allowed = tolerance ?? Tolerance.Exact;
        verified.Verify(
            ToString(),
            text =>
            {
                var differences = Differences(Parse(text, verified.Verified), allowed);
                return differences.Count == 0 ? null : (Sentence(verified.Verified, differences, allowed), differences);
            }
        );
    }

    static string Sentence(string file, IReadOnlyList<SnapshotDifference> differences, Tolerance tolerance)
    {
        int more = differences.Count - Listed;
        string[] lines =
        [
            $"{English.Count(differences.Count, "difference")} to {file} (tolerance: {tolerance}):",
            .. differences.Take(Listed).Select(d => $"  {d}"),
            .. more > 0 ? [$"  and {more} more"] : (string[])[],
        ];
        return string.Join('\n', lines);
    }

    /// <summary>The arms and seeds that another snapshot has as well.</summary>
    internal ResultSnapshot Within(ResultSnapshot other)
    {
        var arms = new OrderedDictionary<string, IReadOnlyDictionary<Metric, SeedEstimate>>(StringComparer.Ordinal);
        foreach (var (arm, metrics) in Arms)
            if (other.Arms.TryGetValue(arm, out var others))
                arms.Add(
                    arm,
                    new OrderedDictionary<Metric, SeedEstimate>(
                        metrics.Where(m => others.ContainsKey(m.Key)).Select(m => KeyValuePair.Create(m.Key, m.Value.Within(others[m.Key])))
                    )
                );
        return new ResultSnapshot(Experiment, arms);
    }
}
