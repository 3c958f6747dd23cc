using System.Diagnostics;
using System.Globalization;

namespace DcrDsl.FileSystem;

/// <summary>
/// The names that files and folders bear while a process writes or removes them: <c>NAME.MACHINE.PROCESS.NUMBER.part</c>, so that others
/// can tell whether that process still runs.
/// </summary>
static class AsideName
{
    static readonly TimeSpan Abandoned = TimeSpan.FromDays(1);
    static int number;

    /// <summary>A name beside a path that nothing else has.</summary>
    public static string Of(string path) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{path}.{Environment.MachineName}.{Environment.ProcessId}.{Interlocked.Increment(ref number)}{WholeFile.Aside}"
        );

    /// <summary>Whether a path bears such a name.</summary>
    public static bool Is(string path) => path.EndsWith(WholeFile.Aside, StringComparison.Ordinal);

    /// <summary>
    /// Whether the process that gave a path such a name is gone: of this machine, it does not run; of another, nothing was changed there
    /// for a day.
    /// </summary>
    public static bool IsLeft(string path)
    {
        string[] parts = Path.GetFileName(path).Split('.');
        bool isOurs = string.Join('.', parts.SkipLast(3)).EndsWith("." + Environment.MachineName, StringComparison.Ordinal);
        return isOurs && int.TryParse(parts[^3], NumberStyles.None, CultureInfo.InvariantCulture, out int process)
            ? !Runs(process)
            : DateTime.UtcNow - Directory.GetLastWriteTimeUtc(path) > Abandoned;
    }

    static bool Runs(int process)
    {
        try
        {
            using var found = Process.GetProcessById(process);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
