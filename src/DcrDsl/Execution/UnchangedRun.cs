using System.Text.Json;
using DcrDsl.FileSystem;
using DcrDsl.Planning;
using DcrDsl.Results;

namespace DcrDsl.Execution;

/// <summary>
/// The latest run of an experiment, where a new one would come to the same files: the same description, results of the same keys, computed
/// on the same machine from the same state of the repository, and a report by this program.
/// </summary>
static class UnchangedRun
{
    /// <summary>The folder; null: there is none, or anything of it is another.</summary>
    /// <param name="plan">What is to be run.</param>
    /// <param name="keys">The keys of its stage runs, whose results are all in the store.</param>
    /// <param name="describe">Describes the run, given its folder.</param>
    /// <param name="provenance">Where its numbers would come from.</param>
    public static string? Folder(
        Plan plan,
        IReadOnlyDictionary<StageRunNode, StageKey> keys,
        Func<string, ExperimentRecord> describe,
        Func<ProvenanceRecord?> provenance
    )
    {
        string root = Path.Combine("runs", plan.Definition.Name);
        if (RunNumbers.In(root) is not [.., var last])
            return null;
        string folder = Path.Combine(root, RunNumbers.NameOf(last));
        try
        {
            return
                HasReportOfThisProgram(folder)
                && File.ReadAllBytes(Path.Combine(folder, RunFiles.Experiment))
                    .AsSpan()
                    .SequenceEqual(RunFolderClaim.Text(describe(folder)))
                && HasAll(plan, keys, RunResults.Load(folder))
                && provenance() is { } now
                && IsSame(ProvenanceFile.Read(Path.Combine(folder, RunFiles.Provenance)), now)
                ? folder
                : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InputException)
        {
            // What cannot be read is no run to come back to; a new one says what is wrong with the disk, if anything is.
            return null;
        }
    }

    static bool HasReportOfThisProgram(string folder)
    {
        var report = new FileInfo(Path.Combine(folder, RunFiles.Html));
        return report.Exists
            && File.Exists(Path.Combine(folder, RunFiles.Answer))
            && new DirectoryInfo(AppContext.BaseDirectory).EnumerateFiles("*.dll").All(f => f.LastWriteTimeUtc < report.LastWriteTimeUtc);
    }

    static bool HasAll(Plan plan, IReadOnlyDictionary<StageRunNode, StageKey> keys, RunResults run) =>
        (run.Failures.Count, run.Notes.Count) == (0, 0)
        && run.Cells.Select(c => c.Id).SequenceEqual(plan.Cells.Select(c => c.Id))
        && run.Cells.All(c => File.Exists(RunFiles.CompletionsOf(run.Folder, c.Id)) && File.Exists(RunFiles.VerdictsOf(run.Folder, c.Id)))
        && run.StageRuns.Select(r => (r.Id, r.Key)).SequenceEqual(plan.StageRuns.Select(n => (n.Id, keys[n].Digest)));

    /// <summary>Of files that only the run itself has found to be read, the keys of its results speak.</summary>
    static bool IsSame(ProvenanceRecord then, ProvenanceRecord now)
    {
        var paths = now.Files.Select(f => f.Path).ToHashSet(StringComparer.Ordinal);
        return Text(then with { Files = [.. then.Files.Where(f => paths.Contains(f.Path))], DigestSeconds = 0 })
            == Text(now with { DigestSeconds = 0 });

        static string Text(ProvenanceRecord record) => JsonSerializer.Serialize(record, ProvenanceJson.Default.ProvenanceRecord);
    }
}
