using DcrDsl.Planning;
using DcrDsl.Store;

namespace DcrDsl.Execution;

/// <summary>Notes in the store which stage runs failed, for <c>status</c>; the run's own folder says it in any case.</summary>
sealed class FailureNoter(FailureNotes notes, IReadOnlyDictionary<StageRunNode, StageKey> keys) : IRunObserver
{
    public void Failed(StageFailure failure)
    {
        try
        {
            notes.Put(keys[failure.Node].Digest, new FailureNote(failure.Reason, Environment.MachineName, DateTime.UtcNow));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Whoever keeps the results has told that the store cannot be written.
        }
    }

    public void Finished(FinishedStageRun finished) => notes.Remove(keys[finished.Node].Digest);
}
