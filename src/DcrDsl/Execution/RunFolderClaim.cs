using System.Text.Json;
using DcrDsl.FileSystem;
using DcrDsl.Results;

namespace DcrDsl.Execution;

/// <summary>
/// A folder that one run has for itself: whoever creates the file that describes the run has it, also where two runs start at once.
/// What was made for the claim is removed again unless it is kept.
/// </summary>
sealed class RunFolderClaim : IDisposable
{
    static readonly JsonSerializerOptions Indented = new(RunRecordsJson.Default.Options) { WriteIndented = true };

    readonly bool made;
    bool kept;

    RunFolderClaim(string folder, bool made) => (Folder, this.made) = (folder, made);

    public string Folder { get; }

    /// <summary>Claims a folder that is new or empty.</summary>
    /// <exception cref="InputException">It is not.</exception>
    public static RunFolderClaim At(string folder, Func<string, ExperimentRecord> describe)
    {
        if (string.IsNullOrWhiteSpace(folder) || folder.Contains('\0'))
            throw new InputException("--out: give the name of a folder.");
        if (folder.Contains('\uFFFD'))
            throw new InputException($"--out {folder}: the name is not valid UTF-8; give another folder.");
        return (IsTaken(folder) ? null : TryClaim(folder, describe))
            ?? throw new InputException(
                $"{folder} is not empty: give a folder that is new or empty with --out, so that no result is overwritten."
            );
    }

    /// <summary>Claims the next free number in <paramref name="root"/>.</summary>
    public static RunFolderClaim Numbered(string root, Func<string, ExperimentRecord> describe)
    {
        for (int next = RunNumbers.In(root).LastOrDefault() + 1; ; next++)
            if (TryClaim(Path.Combine(root, RunNumbers.NameOf(next)), describe) is { } claim)
                return claim;
    }

    public void Keep() => kept = true;

    public void Dispose()
    {
        if (kept)
            return;
        try
        {
            if (made)
                Directory.Delete(Folder, recursive: true);
            else
                File.Delete(Path.Combine(Folder, RunFiles.Experiment));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // What keeps the folder from being written is told; this changes nothing about it.
        }
    }

    /// <summary>The file that describes a run.</summary>
    public static byte[] Text(ExperimentRecord record) => [.. JsonSerializer.SerializeToUtf8Bytes(record, Indented), (byte)'\n'];

    static bool IsTaken(string folder) => Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any();

    // Only a file that is there says that the folder is another's; whatever else goes wrong would go wrong with the next folder too.
    static RunFolderClaim? TryClaim(string folder, Func<string, ExperimentRecord> describe)
    {
        string path = Path.Combine(folder, RunFiles.Experiment);
        if (File.Exists(path))
            return null;
        byte[] text = Text(describe(folder));
        bool made = !Directory.Exists(folder);
        Directory.CreateDirectory(folder);
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
        var claim = new RunFolderClaim(folder, made);
        try
        {
            using (file)
                FileSizeLimit.Observe(path, () => file.Write(text));
            return claim;
        }
        catch
        {
            claim.Dispose();
            throw;
        }
    }
}
