namespace DcrDsl.FileSystem;

/// <summary>
/// Where a path leads once every link in it is followed, those of its folders too: a relative link counts from where it really lies.
/// </summary>
static class RealPath
{
    /// <exception cref="IOException">A link leads in a circle.</exception>
    /// <exception cref="UnauthorizedAccessException">A folder may not be looked into.</exception>
    public static string Of(string path)
    {
        string full = Path.GetFullPath(path),
            real = Path.GetPathRoot(full)!;
        foreach (string part in full[real.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            real = Path.Combine(real, part);
            FileSystemInfo entry = Directory.Exists(real) ? new DirectoryInfo(real) : new FileInfo(real);
            if (entry.ResolveLinkTarget(returnFinalTarget: true) is { } target)
                real = Of(target.FullName);
        }
        return real;
    }
}
