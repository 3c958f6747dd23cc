using System.Collections.Concurrent;

namespace DcrDsl.Runtime.Tests.Evaluation.Asking;

/// <summary>
/// A clock on which every pause is over at once and is written down; a time limit, which is told by its length, ends when a test says so.
/// </summary>
sealed class TestClock(TimeSpan limit) : TimeProvider
{
    readonly ConcurrentBag<Alarm> limits = [];

    /// <summary>The pauses that were made.</summary>
    public ConcurrentQueue<TimeSpan> Pauses { get; } = new();

    public override DateTimeOffset GetUtcNow() => new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var alarm = new Alarm(() => callback(state));
        if (dueTime == limit)
            limits.Add(alarm);
        else if (dueTime != Timeout.InfiniteTimeSpan)
        {
            Pauses.Enqueue(dueTime);
            _ = Task.Run(alarm.Ring);
        }
        return alarm;
    }

    /// <summary>All time limits that are running are over.</summary>
    public void EndLimits()
    {
        foreach (var alarm in limits)
            alarm.Ring();
    }

    sealed class Alarm(Action ring) : ITimer
    {
        volatile bool off;

        public void Ring()
        {
            if (!off)
                ring();
            off = true;
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose() => off = true;

        public ValueTask DisposeAsync()
        {
            off = true;
            return ValueTask.CompletedTask;
        }
    }
}
