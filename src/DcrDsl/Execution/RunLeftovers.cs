using DcrDsl.FileSystem;
using DcrDsl.Results;
using DcrDsl.Results.Labels;

namespace DcrDsl.Execution;

/// <summary>
/// What a killed run has left half written: files and directories called <c>….part</c>. They are removed when the run's folder is seen
/// again, unless the run goes on.
/// </summary>
static class RunLeftovers
{
    /// <summary>Removes the leftovers in the numbered folders of an experiment.</summary>
    /// <param name="root">The folder that holds them; need not be there.</param>
    public static void RemoveBelow(string root)
    {
        foreach (int number in RunNumbers.In(root))
            Remove(Path.Combine(root, RunNumbers.NameOf(number)));
    }

    /// <summary>Removes the leftovers in the folder of a run; what cannot be removed stays.</summary>
    /// <param name="folder">The folder; nothing happens if it is not that of a run.</param>
    public static void Remove(string folder)
    {
        try
        {
            if (!File.Exists(Path.Combine(folder, RunFiles.Experiment)) || GoesOn(folder))
                return;
            foreach (
                string file in Files(folder, "*" + WholeFile.Aside)
                    .Concat(Files(Path.Combine(folder, RunFiles.Completions), "*.jsonl" + WholeFile.Aside))
                    .Concat(Files(Path.Combine(folder, RunFiles.Verdicts), "*.jsonl" + WholeFile.Aside))
                    .Concat(Files(Path.Combine(folder, RunFiles.Preferences), "*.jsonl" + WholeFile.Aside))
                    .Concat(Files(Path.Combine(folder, LabelFiles.Folder), "*" + WholeFile.Aside))
            )
                File.Delete(file);
            foreach (string part in new[] { RunFiles.Models, RunFiles.Adapters })
            foreach (string directory in Directories(Path.Combine(folder, part)))
                Directory.Delete(directory, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Another's folder, or a file in use: the run that is wanted now does not need it.
        }
    }

    // A run holds a shared lock on its stage runs until it ends, and the system takes it from a dead one; nobody can then have the file
    // alone.
    internal static bool GoesOn(string folder)
    {
        try
        {
            using var alone = new FileStream(Path.Combine(folder, RunFiles.StageRuns), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return false;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    static IEnumerable<string> Files(string folder, string pattern) =>
        !Directory.Exists(folder)
            ? []
            : new DirectoryInfo(folder).EnumerateFiles(pattern).Where(f => f.LinkTarget is null).Select(f => f.FullName).ToList();

    // Named by NewDirectory: what it becomes, the writer's number, and the ending.
    static IEnumerable<string> Directories(string folder) =>
        !Directory.Exists(folder)
            ? []
            : new DirectoryInfo(folder)
                .EnumerateDirectories("*" + WholeFile.Aside)
                .Where(d => d.LinkTarget is null && d.Name[..^WholeFile.Aside.Length].Split('.')[^1].All(char.IsAsciiDigit))
                .Select(d => d.FullName)
                .ToList();
}
