using DcrDsl.Planning;
using DcrDsl.Results;
using Microsoft.Extensions.Logging;

namespace DcrDsl.Execution.Events;

/// <summary>Where the events of a run's stage runs go.</summary>
/// <param name="folder">The run's folder.</param>
/// <param name="board">TensorBoard's files; null: none are wanted.</param>
/// <param name="logger">Is told once when events cannot be written.</param>
sealed class RunEvents(string folder, TensorBoardFolder? board, ILogger logger)
{
    int failures;

    /// <summary>The events of a stage run.</summary>
    /// <param name="node">The stage run.</param>
    /// <param name="key">Its identity; null where none is known.</param>
    public StageEvents Of(StageRunNode node, string? key)
    {
        string path = RunFiles.EventsOf(folder, node);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Writing the first event tells of it.
        }
        return new StageEvents(node, key, path, board?.FileOf(node, key), reason => Failed(node, reason));
    }

    void Failed(StageRunNode node, string reason)
    {
        if (Interlocked.Increment(ref failures) == 1)
            logger.LogWarning(
                "{StageRun}: no further events, as they cannot be written ({Reason}); the run goes on. Free some room to have those of "
                    + "the next stage run.",
                node.Id,
                reason
            );
    }
}
