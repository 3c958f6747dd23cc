namespace DcrDsl.FileSystem;

/// <summary>
/// A limit on the size of files, of the file system or of the process: .NET tells it as a mistaken argument, and it is as much an error of
/// the file as a full disk.
/// </summary>
static class FileSizeLimit
{
    /// <summary>Whether an exception tells of such a limit.</summary>
    public static bool Is(Exception exception) => exception is ArgumentOutOfRangeException { ParamName: "value" };

    /// <summary>Writes to a file.</summary>
    /// <exception cref="IOException">It may not grow that large, or what else <paramref name="write"/> throws.</exception>
    public static void Observe(string path, Action write)
    {
        try
        {
            write();
        }
        catch (ArgumentOutOfRangeException exception) when (Is(exception))
        {
            throw new IOException($"The file may not grow that large : '{path}'", exception);
        }
    }
}
