using System.Globalization;

namespace DcrDsl.Tensors;

/// <summary>How much of the processors that this process may use is left to it by others, as Linux counts their time.</summary>
static class IdleProcessors
{
    // The unit of /proc/stat is a hundredth of a second on every architecture, and its counters move with the kernel's ticks.
    const double UnitsPerSecond = 100;
    static readonly TimeSpan Watched = TimeSpan.FromMilliseconds(50);

    /// <summary>Watches for a moment.</summary>
    /// <returns>The share, 1: nobody else runs; null: the system does not say.</returns>
    public static double? Share()
    {
        try
        {
            int[] allowed = Allowed(File.ReadLines("/proc/self/status"));
            var (own, before) = (Environment.CpuUsage.TotalTime, Times(File.ReadLines("/proc/stat"), allowed));
            Thread.Sleep(Watched);
            var (ownAfter, after) = (Environment.CpuUsage.TotalTime, Times(File.ReadLines("/proc/stat"), allowed));
            return Share(before, after, (ownAfter - own).TotalSeconds * UnitsPerSecond);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return null;
        }
    }

    /// <summary>What is neither idle nor this process' own is of others.</summary>
    internal static double? Share((long Idle, long All) before, (long Idle, long All) after, double own) =>
        after.All > before.All ? Math.Clamp((after.Idle - before.Idle + own) / (after.All - before.All), 0, 1) : null;

    /// <summary>The numbers behind <c>Cpus_allowed_list</c>, for example <c>0-3,8</c>.</summary>
    internal static int[] Allowed(IEnumerable<string> status)
    {
        const string name = "Cpus_allowed_list:";
        string list = status.FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal)) ?? name;
        return
        [
            .. from range in list[name.Length..].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            let ends = range.Split('-')
            let first = int.Parse(ends[0], CultureInfo.InvariantCulture)
            let last = int.Parse(ends[^1], CultureInfo.InvariantCulture)
            from processor in Enumerable.Range(first, last - first + 1)
            select processor,
        ];
    }

    /// <summary>What some processors have spent, idle (waiting for disks included) and in all.</summary>
    internal static (long Idle, long All) Times(IEnumerable<string> stat, int[] processors)
    {
        var wanted = processors.Select(p => string.Create(CultureInfo.InvariantCulture, $"cpu{p}")).ToHashSet();
        long idle = 0,
            all = 0;
        foreach (string[] fields in stat.Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
            if (fields is [var name, _, _, _, _, _, ..] && wanted.Contains(name))
            {
                // user, nice, system, idle, iowait, irq, softirq, steal; what guests had is in user already.
                long[] times = [.. fields[1..].Take(8).Select(f => long.Parse(f, CultureInfo.InvariantCulture))];
                idle += times[3] + times[4];
                all += times.Sum();
            }
        return (idle, all);
    }
}
