using System.Diagnostics;
using System.Runtime.ExceptionServices;
using DcrDsl.Definition;
using DcrDsl.Evaluation;
using DcrDsl.Jinja;
using DcrDsl.Models;
using DcrDsl.Planning;
using TorchSharp;

namespace DcrDsl.Execution;

/// <summary>
/// Runs the stage runs of a plan, independent ones side by side, each on one thread from beginning to end because dispose scopes belong
/// to a thread. A stage run that fails takes its descendants with it and nothing else.
/// </summary>
public sealed class Executor
{
    readonly ExecutionOptions options;
    readonly Arithmetic arithmetic;
    readonly IRunObserver observer;
    readonly CancellationTokenSource stop;
    readonly StageSchedule schedule;
    readonly ProductShelf products = new();
    readonly Dictionary<StageRunNode, Cell[]> cells;
    readonly Lock gate = new();
    readonly HashSet<StageRunNode> finished = [];
    readonly List<StageFailure> failures = [];
    ExceptionDispatchInfo? fatal;

    Executor(Plan plan, ExecutionOptions options, IRunObserver observer, CancellationToken cancellation)
    {
        (this.options, this.observer) = (options, observer);
        arithmetic = options.ArithmeticOf(plan);
        stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        schedule = new StageSchedule(plan.StageRuns);
        cells = plan.Cells.GroupBy(c => c.Evaluation).ToDictionary(g => g.Key, g => g.ToArray());
    }

    /// <summary>
    /// Runs a plan to its end, or to the next step after <paramref name="cancellation"/>; what is complete by then has been told to the
    /// observer.
    /// </summary>
    /// <param name="plan">What to run.</param>
    /// <param name="options">Device and threads.</param>
    /// <param name="observer">Is told of every step, stage run and cell; what it throws ends the run and comes out of here.</param>
    /// <param name="cancellation">Stops the run at the next step.</param>
    /// <returns>Which cells are finished, which failed, and which were not reached.</returns>
    public static RunOutcome Run(Plan plan, ExecutionOptions options, IRunObserver observer, CancellationToken cancellation)
    {
        var executor = new Executor(plan, options, observer, cancellation);
        using (executor.stop)
        using (executor.products)
        using (executor.stop.Token.Register(executor.schedule.Stop))
        {
            var (workers, threads) = options.Split(plan.Definition.ThreadsPerRun);
            TorchStartup.Initialize(threads);
            Thread[] running =
            [
                .. Enumerable
                    .Range(0, Math.Min(workers, plan.StageRuns.Count))
                    .Select(i => new Thread(() => executor.Work(threads)) { Name = $"stage runs {i}", IsBackground = true }),
            ];
            foreach (var thread in running)
                thread.Start();
            foreach (var thread in running)
                thread.Join();
        }
        executor.fatal?.Throw();
        return RunOutcome.Of(plan, executor.finished, executor.failures);
    }

    void Work(int threads)
    {
        RenderingStop.Token = stop.Token;
        try
        {
            TorchStartup.Initialize(threads);
            while (schedule.TryTake(out var node))
            {
                if (Attempt(node))
                    schedule.Complete(node);
                else
                    schedule.GiveUp();
                NativeTuning.ReleaseMemory();
            }
        }
        catch (Exception exception)
        {
            lock (gate)
                fatal ??= ExceptionDispatchInfo.Capture(exception);
            stop.Cancel();
        }
    }

    bool Attempt(StageRunNode node)
    {
        int done = 0;
        var checkpoints = options.Checkpoints?.Of(node, StageIdentity.Of(node, arithmetic));
        var run = new StageRun(node.Stage.Name, (ulong)(node.Seed ?? 0), node.Values, options.Device, Report, stop.Token)
        {
            Paths = options.Paths,
            FrozenBase = options.FrozenBase,
            Checkpoints = checkpoints,
        };
        observer.Started(node);
        var watch = Stopwatch.StartNew();
        StageProduct product;
        try
        {
            using var scope = torch.NewDisposeScope();
            using var given = products.InputOf(node);
            product = node.Stage.Body.Run(given, run);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception exception)
        {
            var failure = StageFailure.Of(node, exception);
            lock (gate)
                failures.Add(failure);
            observer.Failed(failure);
            return false;
        }
        // Its children begin once this is over, so a model is still as the stage left it.
        if (product is ModelProduct made)
            observer.Made(node, made.Model);
        var scores = (product as ScoresProduct)?.Scores;
        observer.Finished(new FinishedStageRun(node, run, product.Count ?? done, run.Before + watch.Elapsed));
        if (scores is not null)
            foreach (var cell in cells.GetValueOrDefault(node, []))
                observer.Scored(cell, scores);
        products.Put(node, product);
        checkpoints?.Remove();
        lock (gate)
            finished.Add(node);
        return true;

        void Report(StageProgress progress)
        {
            done = progress.Done;
            observer.Progressed(node, progress);
        }
    }
}
