using System.Globalization;
using DcrDsl.FileSystem;

namespace DcrDsl.Execution.Checkpoints;

/// <summary>
/// The checkpoints of one stage run, each a folder named after its steps, or the prompts answered. A folder is made under a name of this
/// process and renamed, and is given such a name again before it is removed, so one that bears its own name is whole.
/// </summary>
/// <param name="path">The folder around them.</param>
/// <param name="identity">The identity of the stage run.</param>
/// <param name="disk">The file system.</param>
sealed class CheckpointFolder(string path, string identity, Disk disk)
{
    const int Kept = 2;
    const string Damaged = ".damaged",
        Once = "once-";

    /// <summary>The folders of the checkpoints, the latest first.</summary>
    public IReadOnlyList<string> Folders =>
        Directory.Exists(path)
            ? [.. Directory.EnumerateDirectories(path).Where(f => Path.GetFileName(f).All(char.IsAsciiDigit)).OrderByDescending(StepsOf)]
            : [];

    /// <summary>Behind how many steps, or prompts, the latest checkpoint was written; null: there is none.</summary>
    public int? Latest => Folders is [var latest, ..] ? StepsOf(latest) : null;

    IEnumerable<string> OnceFolders =>
        Directory.Exists(path)
            ? Directory.EnumerateDirectories(path, Once + "*").Where(f => !Path.GetFileName(f).Contains('.', StringComparison.Ordinal))
            : [];

    static int StepsOf(string folder) =>
        int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int steps) ? steps : int.MaxValue;

    /// <summary>The identity of the stage run.</summary>
    public string Identity => identity;

    /// <summary>Writes a checkpoint and removes those before the last two.</summary>
    /// <param name="done">Steps, or prompts, that are behind it.</param>
    /// <param name="files">Its files.</param>
    /// <exception cref="IOException">It cannot be written; those before are as they were.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public void Write(int done, IReadOnlyList<CheckpointFile> files)
    {
        Write(Path.Combine(path, done.ToString("00000000", CultureInfo.InvariantCulture)), files);
        Tidy();
    }

    /// <summary>Where lies, beside the checkpoints, what was computed once before them.</summary>
    public string Beside(string name) => Path.Combine(path, Once + name);

    /// <summary>Writes what was computed once.</summary>
    /// <param name="name">What it is.</param>
    /// <param name="files">Its files.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public void WriteBeside(string name, IReadOnlyList<CheckpointFile> files) => Write(Beside(name), files);

    void Write(string final, IReadOnlyList<CheckpointFile> files)
    {
        disk.Make(path);
        string aside = AsideName.Of(final);
        try
        {
            disk.CreateFolder(aside);
            CheckpointFiles.Write(aside, identity, files, disk);
            disk.Flush(aside);
            // Another process that runs the same stage run may have written the same bytes.
            if (Directory.Exists(final))
                disk.Drop(final);
            disk.Rename(aside, final);
            disk.Flush(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TryRemove(aside);
            throw;
        }
    }

    void Tidy()
    {
        try
        {
            foreach (string old in Folders.Skip(Kept))
                disk.Drop(old);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The new one is written; an old one more costs room only.
        }
    }

    /// <summary>Gives a checkpoint that must not be used another name; nothing of it is lost.</summary>
    /// <returns>Where it lies now; null: it cannot be renamed.</returns>
    public string? SetAside(string folder)
    {
        string kept = folder + Damaged;
        for (int i = 2; Directory.Exists(kept); i++)
            kept = string.Create(CultureInfo.InvariantCulture, $"{folder}{Damaged}-{i}");
        try
        {
            disk.Rename(folder, kept);
            return kept;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Removes all that can be used, as the stage run is over; what was set aside stays.</summary>
    public void Remove()
    {
        try
        {
            // The latest last: whatever ends this, the next run finds it or none.
            foreach (string folder in Folders.Reverse().Concat(OnceFolders))
                disk.Drop(folder);
            RemoveLeftovers();
            if (Directory.Exists(path) && !Directory.EnumerateFileSystemEntries(path).Any())
                disk.Remove(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What stays is whole and of a stage run of this identity; it costs room only.
        }
    }

    /// <summary>Removes what processes have left that ended while they wrote.</summary>
    public void RemoveLeftovers()
    {
        if (!Directory.Exists(path))
            return;
        foreach (string folder in Directory.EnumerateDirectories(path, "*" + WholeFile.Aside).Where(AsideName.IsLeft))
            TryRemove(folder);
    }

    void TryRemove(string folder)
    {
        try
        {
            if (Directory.Exists(folder))
                disk.Remove(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Its name says that it is not whole; a later run removes it.
        }
    }
}
