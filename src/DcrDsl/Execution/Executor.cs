using System.Diagnostics;
using System.Runtime.ExceptionServices;
using DcrDsl.Definition;
using DcrDsl.Evaluation;
using DcrDsl.Execution.Events;
using DcrDsl.Jinja;
using DcrDsl.Models;
using DcrDsl.Planning;
using DcrDsl.Store;
using DcrDsl.Store.Leases;
using DcrDsl.Tensors;
using TorchSharp;

namespace DcrDsl.Execution;

/// <summary>
/// Runs the stage runs of a plan, independent ones side by side, each on one thread from beginning to end because dispose scopes belong
/// to a thread. A stage run that fails takes its descendants with it and nothing else.
/// </summary>
sealed class Executor
{
    readonly ExecutionOptions options;
    readonly IRunObserver observer;
    readonly CancellationTokenSource stop;
    readonly StageSchedule schedule;
    readonly Reuse reuse;
    readonly ProductShelf products;
    readonly Dictionary<StageRunNode, Cell[]> cells;
    readonly Lock gate = new();
    readonly HashSet<StageRunNode> finished = [];
    readonly List<StageFailure> failures = [];
    readonly Afterwards afterwards;
    ExceptionDispatchInfo? fatal;

    Executor(Plan plan, ExecutionOptions options, Reuse reuse, IRunObserver observer, CancellationToken cancellation)
    {
        (this.options, this.reuse, this.observer) = (options, reuse, observer);
        stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        schedule = new StageSchedule(reuse.ToRun, options.Split(plan.Definition.ThreadsPerRun).Workers);
        afterwards = new Afterwards(End);
        products = new ProductShelf(reuse, RunOf, afterwards.Wait);
        cells = plan.Cells.GroupBy(c => c.Evaluation).ToDictionary(g => g.Key, g => g.ToArray());
    }

    /// <summary>
    /// Runs a plan to its end, or to the next step after <paramref name="cancellation"/>; what is complete by then has been told to the
    /// observer. The calling thread is the first that stage runs go through: see <see cref="NativeTuning"/>.
    /// </summary>
    /// <param name="plan">What to run.</param>
    /// <param name="options">Device and threads.</param>
    /// <param name="observer">Is told of every step, stage run and cell; what it throws ends the run and comes out of here.</param>
    /// <param name="cancellation">Stops the run at the next step.</param>
    /// <returns>Which cells are finished, which failed, and which were not reached.</returns>
    public static RunOutcome Run(Plan plan, ExecutionOptions options, IRunObserver observer, CancellationToken cancellation) =>
        Run(plan, options, Reuse.Nothing(plan), observer, cancellation);

    /// <summary>The same, without the stage runs that are in the store.</summary>
    internal static RunOutcome Run(Plan plan, ExecutionOptions options, Reuse reuse, IRunObserver observer, CancellationToken cancellation)
    {
        var executor = new Executor(plan, options, reuse, observer, cancellation);
        using (executor.stop)
        using (executor.products)
        using (executor.stop.Token.Register(executor.schedule.Stop))
        {
            var (workers, threads) = options.Split(plan.Definition.ThreadsPerRun);
            executor.TellOfStored(plan);
            if (reuse.ToRun.Count > 0)
                TorchStartup.Initialize(threads);
            Thread[] more =
            [
                .. Enumerable
                    .Range(1, Math.Max(0, Math.Min(workers, reuse.ToRun.Count) - 1))
                    .Select(i => new Thread(() => executor.Work(threads)) { Name = $"stage runs {i}", IsBackground = true }),
            ];
            foreach (var thread in more)
                thread.Start();
            if (reuse.ToRun.Count > 0)
                executor.Work(threads);
            foreach (var thread in more)
                thread.Join();
            executor.afterwards.Wait();
        }
        executor.fatal?.Throw();
        executor.TellOfPassedOver(plan);
        return RunOutcome.Of(plan, executor.finished, executor.failures);
    }

    /// <summary>Stage runs that are in the store are finished before any is begun.</summary>
    void TellOfStored(Plan plan)
    {
        foreach (var node in plan.StageRuns.Where(n => !reuse.Runs(n)))
        {
            observer.Stored(node, reuse.RecordOf(node)!);
            finished.Add(node);
        }
        foreach (var (node, own) in cells.Where(c => !reuse.Runs(c.Key)))
        foreach (var cell in own)
            observer.Scored(cell, ((ScoresProduct)reuse.Restore(node, RunOf)).Scores);
    }

    /// <summary>
    /// A stage run that ran again for its model or its readings, and did not come to its end. What follows it is in the store, and so is
    /// what it gave before.
    /// </summary>
    void TellOfPassedOver(Plan plan)
    {
        var known = new HashSet<StageRunNode>(finished);
        foreach (var node in plan.StageRuns.Reverse().Where(n => !known.Contains(n) && n.Children.Any(known.Contains)))
            if (reuse.RecordOf(node) is { } record)
            {
                observer.Stored(node, record);
                known.Add(node);
            }
    }

    StageRun RunOf(StageRunNode node) => options.RunOf(node, _ => { }, stop.Token);

    void Work(int threads)
    {
        var before = RenderingStop.Token;
        RenderingStop.Token = stop.Token;
        // The calling thread may be where somebody only reads models.
        using var gradients = torch.enable_grad();
        using var changes = torch.inference_mode(false);
        try
        {
            TorchStartup.Initialize(threads);
            while (schedule.TryTake(out var node))
                Go(node);
        }
        catch (Exception exception)
        {
            End(exception);
        }
        finally
        {
            RenderingStop.Token = before;
        }
    }

    void End(Exception exception)
    {
        lock (gate)
            fatal ??= ExceptionDispatchInfo.Capture(exception);
        stop.Cancel();
    }

    void Go(StageRunNode node)
    {
        var claim = options.Sharing?.Of(node) ?? new Claim.Ours(null);
        if (claim is Claim.Elsewhere)
        {
            schedule.Defer(node);
            return;
        }
        var watch = Stopwatch.StartNew();
        if (claim is Claim.Done done ? Receive(node, done) : Attempt(node, (Claim.Ours)claim))
            schedule.Complete(node, claim is Claim.Done ? null : watch.Elapsed);
        else
            schedule.GiveUp();
        NativeTuning.ReleaseMemory();
    }

    /// <summary>Takes over the result of a stage run that another process has put into the store meanwhile.</summary>
    bool Receive(StageRunNode node, Claim.Done done)
    {
        Scores? scores = null;
        try
        {
            using var given = products.InputOf(node);
            if (node.Stage.Body is Judge)
                scores = StoredResult.Scores(done.Entry, given.Answers);
        }
        catch (Exception exception)
        {
            return Fail(node, exception, null, 0);
        }
        reuse.Found(node, done);
        observer.Stored(node, reuse.RecordOf(node)!);
        if (scores is not null)
            foreach (var cell in cells.GetValueOrDefault(node, []))
                observer.Scored(cell, scores);
        lock (gate)
            finished.Add(node);
        return true;
    }

    /// <summary>Others may have the stage run as soon as its result is kept, or will not be.</summary>
    bool Attempt(StageRunNode node, Claim.Ours ours)
    {
        Action? keep = null;
        try
        {
            keep = Attempt(node, ours.Lease);
        }
        finally
        {
            if (keep is null)
                ours.Dispose();
        }
        if (keep is not null)
            afterwards.Do(keep, ours.Dispose);
        return keep is not null;
    }

    /// <returns>What is left to do until the result is kept; null: there is none.</returns>
    Action? Attempt(StageRunNode node, Lease? lease)
    {
        int done = 0;
        var checkpoints = reuse.KeyOfWork(node) is { } work
            ? options.Checkpoints?.Of(node, work, isOurs: () => lease is not { IsLost: true })
            : null;
        using var events = options.Events?.Of(node, reuse.KeyOf(node));
        var run = options.RunOf(node, Report, stop.Token, checkpoints, events);
        observer.Started(node);
        using var profiling = options.Profile ? new Profiling(node.Stage.Body, options.Device) : null;
        var watch = Stopwatch.StartNew();
        StageProduct product;
        try
        {
            using var scope = torch.NewDisposeScope();
            using var given = products.InputOf(node);
            run.ModelsAfter = given.ModelAfter;
            product = node.Stage.Body.Run(given, run);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            events?.End("stopped");
            return null;
        }
        catch (Exception exception)
        {
            Fail(node, exception, events, done);
            return null;
        }
        events?.End("complete");
        watch.Stop();
        run.Profile = profiling?.End(run.Operations);
        var ended = new FinishedStageRun(node, run, product.Count ?? done, run.Before + watch.Elapsed);
        // Its children begin once this is over, so a model is still as the stage left it.
        if (product is ModelProduct made)
            observer.Made(node, made.Model);
        var keep = observer.Gave(ended, product);
        var scores = (product as ScoresProduct)?.Scores;
        products.Put(node, product);
        lock (gate)
            finished.Add(node);
        return () =>
        {
            // What a run says is finished is kept.
            keep?.Invoke();
            observer.Finished(ended);
            if (scores is not null)
                foreach (var cell in cells.GetValueOrDefault(node, []))
                    observer.Scored(cell, scores);
            checkpoints?.Remove();
        };

        void Report(StageProgress progress)
        {
            done = progress.Done;
            lease?.Report(progress.Done, progress.Total);
            observer.Progressed(node, progress);
        }
    }

    bool Fail(StageRunNode node, Exception exception, StageEvents? events, int done)
    {
        var failure = StageFailure.Of(node, done, exception);
        lock (gate)
            failures.Add(failure);
        events?.End("failed", failure.Reason);
        observer.Failed(failure);
        if (options.FailFast)
            stop.Cancel();
        return false;
    }
}
