using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace DcrDsl.FileSystem;

/// <summary>
/// The names that files and folders bear while a process writes or removes them: <c>NAME.SPACE.PROCESS.STARTED.NUMBER.part</c>, so that
/// others can tell whether that process still runs (<see cref="ProcessIdentity"/>).
/// </summary>
static class AsideName
{
    static readonly TimeSpan Abandoned = TimeSpan.FromDays(1);
    static int number;

    /// <summary>A name beside a path that nothing else has.</summary>
    public static string Of(string path) => Of(path, ProcessIdentity.Own, Interlocked.Increment(ref number));

    /// <summary>The name that a process gives the path as its n-th.</summary>
    internal static string Of(string path, ProcessIdentity process, int number) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{path}.{Short(process.Space)}.{process.Process}.{process.Started}.{number}{WholeFile.Aside}"
        );

    /// <summary>Whether a path bears such a name.</summary>
    public static bool Is(string path) => path.EndsWith(WholeFile.Aside, StringComparison.Ordinal);

    /// <summary>
    /// Whether the process that gave a path such a name is gone: where that can be seen from here, it has ended; elsewhere, nothing was
    /// changed there for a day.
    /// </summary>
    public static bool IsLeft(string path)
    {
        string[] parts = Path.GetFileName(path).Split('.');
        return
            parts.Length > 5
            && ProcessIdentity.Own.Space is { } space
            && parts[^5] == Short(space)
            && int.TryParse(parts[^4], NumberStyles.None, CultureInfo.InvariantCulture, out int process)
            && long.TryParse(parts[^3], NumberStyles.None, CultureInfo.InvariantCulture, out long started)
            ? new ProcessIdentity(Environment.MachineName, process, started, space).HasEnded
            : DateTime.UtcNow - Directory.GetLastWriteTimeUtc(path) > Abandoned;
    }

    // What a space is called is long, and a name may not be.
    static string Short(string? space) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(space ?? Environment.MachineName)))[..8];
}
