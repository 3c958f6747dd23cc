namespace DcrDsl.Results;

/// <summary>Results are not what a snapshot holds; the message has a line for each difference.</summary>
public sealed class SnapshotException : Exception
{
    internal SnapshotException(string message, IReadOnlyList<SnapshotDifference> differences)
        : base(message) => Differences = differences;

    /// <summary>Where they are not; empty: there is no snapshot yet.</summary>
    public IReadOnlyList<SnapshotDifference> Differences { get; }
}
