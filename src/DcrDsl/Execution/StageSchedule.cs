using System.Diagnostics.CodeAnalysis;
using DcrDsl.Definition;
using DcrDsl.Planning;

namespace DcrDsl.Execution;

/// <summary>
/// Hands out the stage runs whose parent is complete: evaluations first, so that a cell is scored as soon as its model is there; then one
/// that has become urgent, so that no worker is idle at the end; then those that have come furthest, so that one model after the other is
/// finished with and few are in memory, and among these the one nearest to a cell. Safe to use from many threads.
/// </summary>
sealed class StageSchedule
{
    readonly object gate = new();
    readonly SortedDictionary<(bool Trains, int LessDeep, int ToCell, int Order), StageRunNode> ready = [];
    readonly Dictionary<StageRunNode, (int Depth, int ToCell, int Order)> places = [];
    readonly WaitingLine elsewhere = new();
    readonly RemainingWork remaining;
    int running;
    bool stopped;

    /// <param name="stageRuns">The stage runs that have to run, each after its parent where that has to run too.</param>
    /// <param name="workers">How many are run side by side.</param>
    public StageSchedule(IReadOnlyList<StageRunNode> stageRuns, int workers)
    {
        remaining = new RemainingWork(stageRuns, workers);
        for (int i = 0; i < stageRuns.Count; i++)
        {
            var node = stageRuns[i];
            places.Add(node, (ParentOf(node) is { } parent ? places[parent].Depth + 1 : 0, int.MaxValue, i));
        }
        for (int i = stageRuns.Count - 1; i >= 0; i--)
        {
            var node = stageRuns[i];
            int steps = ChildrenOf(node).Select(c => 1 + places[c].ToCell).DefaultIfEmpty(0).Min();
            places[node] = places[node] with { ToCell = steps };
        }
        foreach (var node in stageRuns)
            if (ParentOf(node) is null)
                Enqueue(node);
    }

    StageRunNode? ParentOf(StageRunNode node) => node.Parent is { } parent && places.ContainsKey(parent) ? parent : null;

    IEnumerable<StageRunNode> ChildrenOf(StageRunNode node) => node.Children.Where(places.ContainsKey);

    /// <summary>
    /// Waits for a stage run to become ready; false when none will any more. One that goes on elsewhere comes again once nothing else is
    /// ready, ever less often.
    /// </summary>
    public bool TryTake(out StageRunNode node)
    {
        lock (gate)
        {
            while (!stopped)
            {
                if (TryTakeReady(out node!) || elsewhere.TryTake(out node!))
                {
                    running++;
                    return true;
                }
                if (running == 0 && elsewhere.Count == 0)
                    break;
                Monitor.Wait(gate, elsewhere.UntilNext);
            }
            node = null!;
            return false;
        }
    }

    /// <summary>Puts back a stage run that another process runs.</summary>
    public void Defer(StageRunNode node)
    {
        lock (gate)
        {
            elsewhere.Add(node);
            Leave();
        }
    }

    /// <summary>Makes the children of a complete stage run ready.</summary>
    /// <param name="node">The stage run.</param>
    /// <param name="took">How long it took; null: another process has run it.</param>
    public void Complete(StageRunNode node, TimeSpan? took)
    {
        lock (gate)
        {
            remaining.End(node, took);
            foreach (var child in ChildrenOf(node))
                Enqueue(child);
            Leave();
        }
    }

    /// <summary>Gives up a stage run and with it whatever follows.</summary>
    public void GiveUp()
    {
        lock (gate)
            Leave();
    }

    /// <summary>Hands out nothing more.</summary>
    public void Stop()
    {
        lock (gate)
        {
            stopped = true;
            Monitor.PulseAll(gate);
        }
    }

    bool TryTakeReady([NotNullWhen(true)] out StageRunNode? node)
    {
        node = null;
        if (ready.Count == 0)
            return false;
        node = ready.First().Value;
        if (node.Stage.Body.Gives == StageResult.Model)
            node = remaining.Urgent(ready.Values) ?? node;
        return ready.Remove(RankOf(node));
    }

    void Enqueue(StageRunNode node) => ready.Add(RankOf(node), node);

    (bool Trains, int LessDeep, int ToCell, int Order) RankOf(StageRunNode node)
    {
        var (depth, toCell, order) = places[node];
        return (node.Stage.Body.Gives == StageResult.Model, -depth, toCell, order);
    }

    void Leave()
    {
        running--;
        Monitor.PulseAll(gate);
    }
}
