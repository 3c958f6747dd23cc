using System.Globalization;
using DcrDsl.Wording;

namespace DcrDsl.Execution.Checkpoints;

/// <summary>How often a stage in training writes a checkpoint: every so many steps, or whenever a time is over.</summary>
public sealed record CheckpointInterval
{
    CheckpointInterval() { }

    /// <summary>Once a minute, or less often where writing would take more than a hundredth of the time.</summary>
    public static CheckpointInterval Default { get; } = new() { Time = TimeSpan.FromMinutes(1), LargestShare = 0.01 };

    internal int? Steps { get; private init; }

    internal TimeSpan Time { get; private init; }

    internal double? LargestShare { get; private init; }

    /// <summary>A checkpoint every <paramref name="steps"/> steps.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="steps"/> is below 1.</exception>
    public static CheckpointInterval EverySteps(int steps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        return new() { Steps = steps };
    }

    /// <summary>A checkpoint at the first step after <paramref name="time"/>, again and again.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="time"/> is not above 0.</exception>
    public static CheckpointInterval Every(TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(time, TimeSpan.Zero);
        return new() { Time = time };
    }

    /// <summary>An interval as it is written on a command line: <c>50</c> steps, <c>30s</c>, <c>5m</c> or <c>2h</c>.</summary>
    /// <returns>Null: the text is none.</returns>
    public static CheckpointInterval? Parse(string text) =>
        TimeText.Parse(text) is { TotalMilliseconds: >= 1 } time ? Every(time)
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int steps) && steps > 0 ? EverySteps(steps)
        : null;

    /// <summary>Whether a checkpoint is due.</summary>
    /// <param name="done">Steps made.</param>
    /// <param name="since">The time since the last one, or since training began.</param>
    /// <param name="cost">How long writing the last one took.</param>
    internal bool IsDue(int done, TimeSpan since, TimeSpan cost) =>
        Steps is { } steps ? done % steps == 0 : since >= Time && (LargestShare is not { } share || cost <= since * share);
}
