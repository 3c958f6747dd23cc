using DcrDsl.Results;

namespace DcrDsl.Execution.Locks;

/// <summary>What a run has to do with the experiment's lock: the file that says what decides about its numbers, and the numbers.</summary>
/// <param name="File">The file, <c>NAME.lock.json</c>.</param>
/// <param name="Use">Whether it is written or checked.</param>
public sealed record RunLock(string File, LockUse Use)
{
    /// <summary>
    /// How far numbers may lie from those of the lock on another machine; null: as the lock says, and of a new one
    /// <see cref="DefaultTolerance"/>.
    /// </summary>
    public Tolerance? Tolerance { get; init; }

    /// <summary>The tolerance of a new lock: two points of a percentage, 0.02 nats or three standard errors, whichever is more.</summary>
    public static Tolerance DefaultTolerance { get; } =
        new()
        {
            Share = 0.02,
            Nats = 0.02,
            StandardErrors = 3,
        };
}

/// <summary>What is done with a lock.</summary>
public enum LockUse
{
    /// <summary>It is written when all cells are finished.</summary>
    Write,

    /// <summary>Nothing is run unless it describes the run; then the numbers are held against it.</summary>
    Check,
}
