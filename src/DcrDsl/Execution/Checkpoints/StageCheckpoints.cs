using System.Diagnostics;
using DcrDsl.Definition;
using DcrDsl.Models;
using DcrDsl.Tensors;
using DcrDsl.Training;
using Microsoft.Extensions.Logging;

namespace DcrDsl.Execution.Checkpoints;

/// <summary>The checkpoints of one stage run as its loop uses them.</summary>
/// <param name="stageRun">The stage run, for people.</param>
/// <param name="folder">Where they lie.</param>
/// <param name="every">How often one is written.</param>
/// <param name="logger">Is told what a user should know.</param>
/// <param name="isOurs">Whether the stage run is still this process's, and not taken over by another; null: it is.</param>
sealed class StageCheckpoints(string stageRun, CheckpointFolder folder, CheckpointInterval every, ILogger logger, Func<bool>? isOurs = null)
    : IStageCheckpoints
{
    readonly Stopwatch sinceLast = Stopwatch.StartNew();
    TimeSpan cost;

    bool IsOurs => isOurs?.Invoke() ?? true;

    public TrainingState? Restore(ParameterList weights, IOptimiser optimiser)
    {
        sinceLast.Restart();
        folder.RemoveLeftovers();
        foreach (string checkpoint in folder.Folders)
        {
            try
            {
                var state = folder.Restore(checkpoint, weights, optimiser);
                logger.LogInformation("{StageRun} goes on after step {Done} of {Steps}.", stageRun, state.Done, state.Steps);
                return state;
            }
            catch (UnusableCheckpointException) when (!Directory.Exists(checkpoint))
            {
                // Another process that runs the same has removed it meanwhile.
            }
            catch (UnusableCheckpointException unusable)
            {
                string place = folder.SetAside(checkpoint) is { } aside ? $"it is now {aside}" : "it stays there";
                logger.LogWarning(
                    "{StageRun}: the checkpoint {Checkpoint} is not used, as {Reason}; {Place}, and training goes on from the one before, "
                        + "or from the start.",
                    stageRun,
                    checkpoint,
                    unusable.Message,
                    place
                );
            }
        }
        return null;
    }

    public bool IsDue(int done) => IsOurs && every.IsDue(done, sinceLast.Elapsed, cost);

    public void Write(TrainingState state, ParameterList weights, IOptimiser optimiser)
    {
        if (!IsOurs)
            return;
        var watch = Stopwatch.StartNew();
        try
        {
            folder.Write(state, weights, optimiser);
            logger.LogDebug("{StageRun}: checkpoint after step {Done}.", stageRun, state.Done);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            logger.LogWarning(
                "{StageRun}: no checkpoint after step {Done}, as it cannot be written ({Reason}); training goes on. Free some room, or "
                    + "name another folder with --store.",
                stageRun,
                state.Done,
                e.Message.TrimEnd('.')
            );
        }
        cost = watch.Elapsed;
        sinceLast.Restart();
    }

    /// <summary>Removes them: the stage run is over.</summary>
    public void Remove()
    {
        if (IsOurs)
            folder.Remove();
    }
}
