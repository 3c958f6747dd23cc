using System.Diagnostics;
using DcrDsl.Planning;

namespace DcrDsl.Execution;

/// <summary>
/// Stage runs that go on elsewhere: each is to be looked at again after a time that doubles. Used under the schedule's lock.
/// </summary>
sealed class WaitingLine
{
    static readonly TimeSpan First = TimeSpan.FromMilliseconds(50),
        Longest = TimeSpan.FromSeconds(2);

    readonly Stopwatch clock = Stopwatch.StartNew();
    readonly Dictionary<StageRunNode, TimeSpan> delays = [];
    readonly PriorityQueue<StageRunNode, TimeSpan> line = new();

    /// <summary>How many wait.</summary>
    public int Count => line.Count;

    /// <summary>The time until one is to be looked at; infinite where there is none.</summary>
    public TimeSpan UntilNext =>
        line.TryPeek(out _, out var due)
            ? TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling((due - clock.Elapsed).TotalMilliseconds)))
            : Timeout.InfiniteTimeSpan;

    public void Add(StageRunNode node)
    {
        var delay = delays.TryGetValue(node, out var last) ? TimeSpan.FromTicks(Math.Min(last.Ticks * 2, Longest.Ticks)) : First;
        delays[node] = delay;
        line.Enqueue(node, clock.Elapsed + delay);
    }

    /// <summary>Takes one whose time has come.</summary>
    public bool TryTake(out StageRunNode? node)
    {
        node = null;
        return line.TryPeek(out _, out var due) && due <= clock.Elapsed && line.TryDequeue(out node, out _);
    }
}
