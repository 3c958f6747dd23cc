using System.Diagnostics;
using DcrDsl.Definition;
using DcrDsl.Evaluation;
using DcrDsl.Planning;
using DcrDsl.Results;

namespace DcrDsl.Execution;

/// <summary>How far a run is. Told by the executor's threads, asked by the display's.</summary>
sealed class RunMonitor(Plan plan, int workers) : IRunObserver
{
    readonly Lock gate = new();
    readonly Stopwatch watch = Stopwatch.StartNew();
    readonly OrderedDictionary<StageRunNode, (StageProgress Progress, TimeSpan Since)> running = [];
    readonly Dictionary<string, List<double>> secondsByStage = [];
    readonly HashSet<StageRunNode> over = [];
    int finished,
        failed,
        cells;

    public void Started(StageRunNode node)
    {
        lock (gate)
            running.Add(node, (default, watch.Elapsed));
    }

    public void Progressed(StageRunNode node, StageProgress progress)
    {
        lock (gate)
            running[node] = (progress, running[node].Since);
    }

    public void Finished(FinishedStageRun run)
    {
        lock (gate)
        {
            running.Remove(run.Node);
            over.Add(run.Node);
            finished++;
            if (!secondsByStage.TryGetValue(run.Node.Stage.Name, out var seconds))
                secondsByStage.Add(run.Node.Stage.Name, seconds = []);
            seconds.Add(run.Duration.TotalSeconds);
        }
    }

    public void Stored(StageRunNode node, StageRunRecord record)
    {
        lock (gate)
        {
            over.Add(node);
            finished++;
        }
    }

    public void Scored(Cell cell, Scores scores)
    {
        lock (gate)
            cells++;
    }

    public void Failed(StageFailure failure)
    {
        lock (gate)
        {
            running.Remove(failure.Node);
            Abandon(failure.Node);
            failed++;
        }
    }

    /// <summary>How far the run is now.</summary>
    public RunProgress Snapshot()
    {
        lock (gate)
        {
            var lines = running
                .Select(r => new StageRunProgress(r.Key, r.Value.Progress, Left(r.Value.Progress, watch.Elapsed - r.Value.Since)))
                .ToArray();
            return new RunProgress(watch.Elapsed, finished, failed, plan.StageRuns.Count, cells, plan.Cells.Count, lines, Left(lines));
        }
    }

    void Abandon(StageRunNode node)
    {
        over.Add(node);
        foreach (var child in node.Children)
            Abandon(child);
    }

    static TimeSpan? Left(StageProgress progress, TimeSpan elapsed) =>
        progress.Done == progress.Resumed ? null : elapsed / (progress.Done - progress.Resumed) * (progress.Total - progress.Done);

    // Known only once every stage that is still to come has been seen to its end.
    TimeSpan? Left(StageRunProgress[] lines)
    {
        double seconds = 0;
        foreach (var node in plan.StageRuns)
        {
            if (over.Contains(node) || running.ContainsKey(node))
                continue;
            if (!secondsByStage.TryGetValue(node.Stage.Name, out var known))
                return null;
            seconds += known.Average();
        }
        return lines.Any(l => l.Left is null)
            ? null
            : TimeSpan.FromSeconds((seconds + lines.Sum(l => l.Left!.Value.TotalSeconds)) / workers);
    }
}
