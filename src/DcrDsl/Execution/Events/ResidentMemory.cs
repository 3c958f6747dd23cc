using System.Diagnostics;

namespace DcrDsl.Execution.Events;

/// <summary>The process's resident memory. Asking for it costs as much as a small step, so it is asked for twice a second.</summary>
sealed class ResidentMemory
{
    static readonly TimeSpan Pace = TimeSpan.FromSeconds(0.5);

    readonly Stopwatch since = new();
    long bytes;

    /// <summary>The memory in bytes, at most half a second ago.</summary>
    public long Bytes
    {
        get
        {
            if (!since.IsRunning || since.Elapsed > Pace)
            {
                bytes = Environment.WorkingSet;
                since.Restart();
            }
            return bytes;
        }
    }
}
