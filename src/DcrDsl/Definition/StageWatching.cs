using System.Diagnostics;
using DcrDsl.Evaluation.Watching;
using DcrDsl.Models;
using static TorchSharp.torch;

namespace DcrDsl.Definition;

/// <summary>What is watched along one stage run: what was read so far, and what that cost.</summary>
/// <param name="watches">What is watched.</param>
sealed class StageWatching(IReadOnlyList<Watched> watches)
{
    readonly List<Reading> readings = [];
    TimeSpan elapsedBefore;
    double operationsBefore;

    /// <summary>What was read so far, over all processes.</summary>
    public IReadOnlyList<Reading> Readings => readings;

    /// <summary>How long reading took in this process.</summary>
    public TimeSpan Elapsed { get; private set; }

    /// <summary>Floating-point operations of the model for it in this process.</summary>
    public double Operations { get; private set; }

    /// <summary>What all processes have read and what that cost.</summary>
    public WatchingState State => new(readings, elapsedBefore + Elapsed, operationsBefore + Operations);

    /// <summary>Goes on behind what an earlier process has read.</summary>
    public void GoOn(WatchingState before)
    {
        readings.AddRange(before.Readings);
        (elapsedBefore, operationsBefore) = (before.Elapsed, before.Operations);
    }

    /// <summary>Finds what cannot be read before any weight is.</summary>
    /// <exception cref="InputException">The model cannot be read with these prompts.</exception>
    public void Check(LanguageModel model)
    {
        foreach (var watched in watches)
            watched.Watch.Check(model);
    }

    /// <summary>Reads whatever is due; all of it or, where it is stopped, nothing.</summary>
    /// <param name="done">Steps made.</param>
    /// <param name="steps">Steps of the stage.</param>
    /// <param name="model">The model, which stays as it is, as do its gradients.</param>
    /// <param name="cancellation">Looked at before each pass.</param>
    /// <returns>What was read now.</returns>
    /// <exception cref="OperationCanceledException">The caller asked to stop.</exception>
    public IReadOnlyList<Reading> Read(int done, int steps, LanguageModel model, CancellationToken cancellation)
    {
        Watched[] due = [.. watches.Where(w => w.IsDue(done, steps))];
        if (due.Length == 0)
            return [];
        var time = Stopwatch.StartNew();
        double operations = OperationCount.OfThread;
        try
        {
            using var scope = NewDisposeScope();
            using var frozen = no_grad();
            Reading[] now =
            [
                .. due.SelectMany(w =>
                    w.Watch.Read(model, cancellation)
                        .Select(v => new Reading(w.Name, done, v.Measure, v.Of, v.Layer, v.Value) { Row = v.Row })
                ),
            ];
            readings.AddRange(now);
            return now;
        }
        finally
        {
            Elapsed += time.Elapsed;
            Operations += OperationCount.OfThread - operations;
        }
    }
}

/// <summary>What was read along a stage run by some moment.</summary>
/// <param name="Readings">The readings, in order.</param>
/// <param name="Elapsed">How long reading took, over all processes.</param>
/// <param name="Operations">Floating-point operations of the model for it, over all processes.</param>
sealed record WatchingState(IReadOnlyList<Reading> Readings, TimeSpan Elapsed, double Operations);
