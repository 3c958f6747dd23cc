using System.Globalization;
using DcrDsl.Wording;

namespace DcrDsl.Execution.Slurm;

/// <summary>
/// How much of a level goes into one job: so many lines of stage runs, or as many as made up a time in earlier runs. Of a stage that has
/// not run before no time is known, so what holds one is a job of its own.
/// </summary>
sealed record BatchSize
{
    /// <summary>Ten minutes: waiting in a queue and starting a program cost little beside that.</summary>
    public static BatchSize Default { get; } = new() { Time = TimeSpan.FromMinutes(10) };

    BatchSize() { }

    int? Count { get; init; }

    TimeSpan Time { get; init; }

    /// <summary>A size as it is written on a command line: <c>4</c> or <c>10m</c>.</summary>
    /// <returns>Null: the text is none.</returns>
    public static BatchSize? Parse(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count)
            ? count > 0
                ? new() { Count = count }
                : null
            : TimeText.Parse(text) is { } time
                ? new() { Time = time }
                : null;

    /// <summary>Puts things that follow each other together.</summary>
    /// <param name="things">The things.</param>
    /// <param name="duration">How long each may take; null: not known.</param>
    public IReadOnlyList<IReadOnlyList<T>> Of<T>(IReadOnlyList<T> things, Func<T, TimeSpan?> duration)
    {
        if (Count is { } count)
            return [.. things.Chunk(count)];
        var batches = new List<List<T>>();
        // No room is left in a batch of what is not known.
        TimeSpan? gone = null;
        foreach (var thing in things)
        {
            var own = duration(thing);
            if (gone + own <= Time)
                batches[^1].Add(thing);
            else
                batches.Add([thing]);
            gone = gone + own <= Time ? gone + own : own;
        }
        return batches;
    }
}
