namespace DcrDsl.Runtime.Tests.Runs.Leases;

/// <summary>A machine's clock that only a test moves on; what it says of the time of day may be wrong by hours.</summary>
sealed class ManualClock(TimeSpan wrongBy = default) : TimeProvider
{
    // Machines count from when they were booted.
    TimeSpan now = TimeSpan.FromDays(3) + wrongBy;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => now.Ticks;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + now;

    public void Pass(double seconds) => now += TimeSpan.FromSeconds(seconds);
}
