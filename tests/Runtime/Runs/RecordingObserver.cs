using System.Collections.Concurrent;
using DcrDsl.Evaluation;
using DcrDsl.Execution;
using DcrDsl.Planning;

namespace DcrDsl.Runtime.Tests.Runs;

/// <summary>Keeps what it is told.</summary>
sealed class RecordingObserver(Action<Cell>? scored = null) : IRunObserver
{
    public ConcurrentQueue<string> Runs { get; } = [];

    public ConcurrentDictionary<string, Scores> Scores { get; } = [];

    public ConcurrentQueue<StageFailure> Failures { get; } = [];

    public void Finished(FinishedStageRun finished) => Runs.Enqueue(finished.Node.Id);

    public void Scored(Cell cell, Scores scores)
    {
        Scores[cell.Id] = scores;
        scored?.Invoke(cell);
    }

    public void Failed(StageFailure failure) => Failures.Enqueue(failure);
}
