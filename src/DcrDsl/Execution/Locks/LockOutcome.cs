using DcrDsl.Results;

namespace DcrDsl.Execution.Locks;

/// <summary>What became of a run's lock.</summary>
/// <param name="Holds">Whether the lock was written, or the numbers are those that it holds.</param>
/// <param name="Sentence">That in words, with the file.</param>
/// <param name="Differences">Where the numbers are not those of the lock.</param>
public sealed record LockOutcome(bool Holds, string Sentence, IReadOnlyList<SnapshotDifference> Differences);
