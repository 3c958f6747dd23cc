namespace DcrDsl.Training;

/// <summary>Tokens per second over the last second or two: over all the time a slow beginning would be seen to the end.</summary>
sealed class Throughput
{
    static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    (long Tokens, TimeSpan At) before,
        latest;

    /// <summary>Counting begins here.</summary>
    public void Begin(long tokens, TimeSpan at) => before = latest = (tokens, at);

    /// <summary>The throughput by now.</summary>
    /// <param name="tokens">Tokens so far.</param>
    /// <param name="at">The time so far.</param>
    public double At(long tokens, TimeSpan at)
    {
        double rate = (tokens - before.Tokens) / Math.Max(1e-9, (at - before.At).TotalSeconds);
        if (at - latest.At >= Window)
            (before, latest) = (latest, (tokens, at));
        return rate;
    }
}
