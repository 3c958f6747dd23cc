using System.ComponentModel;
using System.Globalization;

namespace DcrDsl.FileSystem;

/// <summary>A process of some machine, told from every other one.</summary>
/// <param name="Host">The machine's name, for people.</param>
/// <param name="Process">The process's number.</param>
/// <param name="Started">When it started, as its system counts: another process of the same number started at another time.</param>
/// <param name="Space">
/// Where the number counts: the machine since it was booted and, on Linux, the namespace of process numbers, as containers have their own
/// and may bear one name. Only a process of the same space can say whether this one is still there; null: nobody can.
/// </param>
sealed record ProcessIdentity(string Host, int Process, long Started, string? Space)
{
    /// <summary>This process.</summary>
    public static ProcessIdentity Own { get; } =
        new(Environment.MachineName, Environment.ProcessId, StartOf(Environment.ProcessId) ?? Ended, OwnSpace());

    // No process starts then.
    const long Ended = -1;

    /// <summary>Whether it is known to have ended; a process of another machine never is.</summary>
    public bool HasEnded => Space is not null && Space == Own.Space && StartOf(Process) is { } start && start != Started;

    /// <summary>When the process of a number started on this machine; null: that may not be known.</summary>
    static long? StartOf(int process)
    {
        try
        {
            // Asks the system and not /proc, which may hide the processes of other users.
            using var found = System.Diagnostics.Process.GetProcessById(process);
            return OperatingSystem.IsLinux() ? TicksAfterBoot(process) : found.StartTime.ToUniversalTime().Ticks;
        }
        catch (ArgumentException)
        {
            return Ended;
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or InvalidOperationException or Win32Exception)
        {
            return null;
        }
    }

    // Process.StartTime is computed from the clock, which may be set while the process runs.
    static long TicksAfterBoot(int process)
    {
        // proc_pid_stat(5): the name is in brackets and may hold any character; behind it the state, and the start as the 20th.
        string stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        // One that has ended stays in the table until its parent has asked for it.
        return fields[0] is "Z" or "X" ? Ended : long.Parse(fields[19], CultureInfo.InvariantCulture);
    }

    static string? OwnSpace()
    {
        if (!OperatingSystem.IsLinux())
            return Environment.MachineName;
        try
        {
            return File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim() + " " + new FileInfo("/proc/self/ns/pid").LinkTarget;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
