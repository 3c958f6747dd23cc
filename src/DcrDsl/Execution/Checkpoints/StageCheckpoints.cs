using System.Diagnostics;
using System.Globalization;
using DcrDsl.Definition;
using DcrDsl.Models;
using DcrDsl.Tensors;
using DcrDsl.Training;
using Microsoft.Extensions.Logging;
using static TorchSharp.torch;

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
    const string Training = "training",
        Evaluation = "the evaluation";

    readonly Stopwatch sinceLast = Stopwatch.StartNew();
    TimeSpan cost;
    bool told;

    bool IsOurs => isOurs?.Invoke() ?? true;

    public TrainingState? Restore(ParameterList weights, IOptimiser optimiser)
    {
        var state = Restored(Training, checkpoint => TrainingCheckpoint.Restore(checkpoint, folder.Identity, weights, optimiser));
        if (state is not null)
            logger.LogInformation("{StageRun} goes on after step {Done} of {Steps}.", stageRun, state.Done, state.Steps);
        return state;
    }

    public AnsweringState? RestoreAnswers()
    {
        var state = Restored(Evaluation, checkpoint => AnsweringCheckpoint.Restore(checkpoint, folder.Identity));
        if (state is not null)
            logger.LogInformation("{StageRun} goes on after prompt {Done}.", stageRun, state.Done);
        return state;
    }

    /// <summary>What the latest checkpoint that can be used holds; null: there is none.</summary>
    T? Restored<T>(string work, Func<string, T> restore)
        where T : class
    {
        sinceLast.Restart();
        folder.RemoveLeftovers();
        foreach (string checkpoint in folder.Folders)
        {
            try
            {
                return restore(checkpoint);
            }
            catch (UnusableCheckpointException) when (!Directory.Exists(checkpoint))
            {
                // Another process that runs the same has removed it meanwhile.
            }
            catch (UnusableCheckpointException unusable)
            {
                SetAside(checkpoint, unusable, $"{work} goes on from the one before, or from the start");
            }
        }
        return null;
    }

    public Tensor? RestoreOnce(string name, Device device)
    {
        folder.RemoveLeftovers();
        string kept = folder.Beside(name);
        if (!Directory.Exists(kept))
            return null;
        try
        {
            return OnceComputed.Restore(kept, folder.Identity, device);
        }
        catch (UnusableCheckpointException unusable)
        {
            SetAside(kept, unusable, $"the {name} is computed again");
            return null;
        }
    }

    public void WriteOnce(string name, Tensor value)
    {
        if (IsOurs)
            Try(() => folder.WriteBeside(name, OnceComputed.Of(value)), $"the {name} is not kept", Training);
    }

    public bool IsDue(int done) => IsOurs && every.IsDue(done, sinceLast.Elapsed, cost);

    public void Write(TrainingState state, ParameterList weights, IOptimiser optimiser) =>
        Write(Training, "step", state.Done, TrainingCheckpoint.Of(state, weights, optimiser));

    public void Write(AnsweringState state) => Write(Evaluation, "prompt", state.Done, AnsweringCheckpoint.Of(state));

    void Write(string work, string unit, int done, IReadOnlyList<CheckpointFile> files)
    {
        if (!IsOurs)
            return;
        var watch = Stopwatch.StartNew();
        string after = string.Create(CultureInfo.InvariantCulture, $"after {unit} {done}");
        Try(
            () =>
            {
                folder.Write(done, files);
                logger.LogDebug("{StageRun}: checkpoint {After}.", stageRun, after);
            },
            $"no checkpoint {after}",
            work
        );
        cost = watch.Elapsed;
        sinceLast.Restart();
    }

    void Try(Action write, string missing, string work)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A full or read-only disk stays so: once is enough.
            logger.Log(
                told ? LogLevel.Debug : LogLevel.Warning,
                "{StageRun}: {Missing}, as it cannot be written ({Reason}); {Work} goes on. Free some room, or name another folder with "
                    + "--store.",
                stageRun,
                missing,
                e.Message.TrimEnd('.'),
                work
            );
            told = true;
        }
    }

    void SetAside(string checkpoint, UnusableCheckpointException unusable, string then)
    {
        string place = folder.SetAside(checkpoint) is { } aside ? $"it is now {aside}" : "it stays there";
        logger.LogWarning(
            "{StageRun}: the checkpoint {Checkpoint} is not used, as {Reason}; {Place}, and {Then}.",
            stageRun,
            checkpoint,
            unusable.Message,
            place,
            then
        );
    }

    /// <summary>Removes them: the stage run is over.</summary>
    public void Remove()
    {
        if (IsOurs)
            folder.Remove();
    }
}
