namespace DcrDsl.Models;

/// <summary>Writes a directory aside and renames it, so that a reader sees none or a whole one.</summary>
static class NewDirectory
{
    /// <summary>Makes <paramref name="path"/> with what <paramref name="write"/> puts into the directory it is given.</summary>
    /// <param name="path">A directory that is not there, or is empty.</param>
    /// <param name="write">Writes the files.</param>
    /// <exception cref="InputException">The directory has files, or cannot be written.</exception>
    public static void Write(string path, Action<string> write)
    {
        string target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        string aside = FormattableString.Invariant($"{target}.{Environment.ProcessId}.part");
        try
        {
            if (File.Exists(target) || (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any()))
                throw new InputException(
                    $"{path} is there already and not empty; give a directory that is new or empty, so that nothing is overwritten."
                );
            if (Directory.Exists(aside))
                Directory.Delete(aside, recursive: true); // left by a process of that number that was killed
            Directory.CreateDirectory(aside);
            write(aside);
            if (Directory.Exists(target))
                Directory.Delete(target); // fails if something has been put there meanwhile
            Directory.Move(aside, target);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new InputException(
                $"{path} cannot be written ({e.Message.TrimEnd('.')}); check the folder, its permissions and the free space.",
                e
            );
        }
        finally
        {
            if (Directory.Exists(aside))
                Directory.Delete(aside, recursive: true);
        }
    }
}
