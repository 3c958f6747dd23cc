namespace DcrDsl.Plans;

/// <summary>Hands out the stage runs whose parent is complete, the one with the longest way to go first. Safe to use from many threads.</summary>
sealed class StageSchedule
{
    readonly object gate = new();
    readonly PriorityQueue<StageRunNode, (int LessThan, int Order)> ready = new();
    readonly Dictionary<StageRunNode, int> order = [];
    int running;
    bool stopped;

    public StageSchedule(IReadOnlyList<StageRunNode> stageRuns)
    {
        foreach (var node in stageRuns) order.Add(node, order.Count);
        foreach (var node in stageRuns)
            if (node.Parent is null) Enqueue(node);
    }

    /// <summary>Waits for a stage run to become ready; false when none will any more.</summary>
    public bool TryTake(out StageRunNode node)
    {
        lock (gate)
        {
            while (!stopped && ready.Count == 0 && running > 0) Monitor.Wait(gate);
            if (stopped || !ready.TryDequeue(out node!, out _))
            {
                node = null!;
                return false;
            }
            running++;
            return true;
        }
    }

    /// <summary>Makes the children of a complete stage run ready.</summary>
    public void Complete(StageRunNode node)
    {
        lock (gate)
        {
            foreach (var child in node.Children) Enqueue(child);
            Leave();
        }
    }

    /// <summary>Gives up a stage run and with it whatever follows.</summary>
    public void GiveUp()
    {
        lock (gate) Leave();
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

    void Enqueue(StageRunNode node) => ready.Enqueue(node, (-node.LongestPath, order[node]));

    void Leave()
    {
        running--;
        Monitor.PulseAll(gate);
    }
}
