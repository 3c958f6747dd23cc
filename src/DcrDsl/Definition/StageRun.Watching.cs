using DcrDsl.Evaluation.Watching;
using DcrDsl.Models;
using DcrDsl.Specs;
using DcrDsl.Tensors;
using TorchSharp;

namespace DcrDsl.Definition;

// What is read off the model between the steps of a training loop.
public sealed partial class StageRun
{
    /// <summary>What was read along the stage and what that cost; null: nothing is watched.</summary>
    internal WatchingState? Watching => watching?.State;

    /// <summary>Something is watched along the stage from now on.</summary>
    /// <exception cref="InputException">The model cannot be read so.</exception>
    internal void BeginWatching(IReadOnlyList<Watched> watches, LanguageModel model)
    {
        watching = new StageWatching(watches);
        watching.Check(model);
    }

    /// <summary>
    /// Reads what is watched along the stage, where it is due: before the first step, after the last, and every so many as each watch
    /// says. Model, gradients and random numbers stay as they are.
    /// </summary>
    /// <param name="done">Steps made.</param>
    /// <param name="steps">Steps of the stage.</param>
    /// <param name="model">The model.</param>
    /// <exception cref="OperationCanceledException">The run is to be stopped; the steps made are in a checkpoint.</exception>
    [NoEffectOnResult]
    public void Watch(int done, int steps, LanguageModel model)
    {
        if (watching is null || model.Decoder.Device.type == DeviceType.META)
            return;
        Along(
            done,
            () =>
            {
                // A matrix is in the file of readings; what follows a run live are single numbers.
                foreach (var reading in watching.Read(done, steps, model, cancellation).Where(r => r.Row is null))
                    Tell(reading);
            }
        );
    }

    /// <summary>Reads something off the model between two steps; where that is stopped, the steps made are written down.</summary>
    /// <param name="done">Steps made.</param>
    /// <param name="read">Reads it.</param>
    internal void Along(int done, Action read)
    {
        PhaseClock.Enter(Phase.Watching);
        try
        {
            read();
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested && done > 0 && trained is var (weights, optimiser))
        {
            Keep(done, weights, optimiser);
            throw;
        }
        PhaseClock.Leave();
    }

    /// <summary>Something was read off the model along the way.</summary>
    internal void Tell(Reading reading) => Events?.Read(reading, Before + watch.Elapsed);
}
