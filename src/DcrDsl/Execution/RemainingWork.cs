using DcrDsl.Planning;

namespace DcrDsl.Execution;

/// <summary>
/// What is left of a run, in the time that the first stage run of each stage took in it, and which of those that can begin has become
/// urgent: on the longest way to an end, so that beginning it later would leave workers idle at last. Not safe to use from several threads.
/// </summary>
/// <param name="stageRuns">The stage runs that have to run, each after its parent where that has to run too.</param>
/// <param name="workers">How many run side by side.</param>
sealed class RemainingWork(IReadOnlyList<StageRunNode> stageRuns, int workers)
{
    // By the lower bound alone, what is left over the workers, urgency would come too late: work is not split evenly among them.
    const double Ahead = 1.5;

    readonly Dictionary<string, double> seconds = [];
    readonly Dictionary<StageRunNode, double> ways = [];
    readonly Dictionary<string, int> left = stageRuns.CountBy(n => n.Stage.Name).ToDictionary();

    /// <summary>A stage run is over.</summary>
    /// <param name="node">The stage run.</param>
    /// <param name="took">How long it took; null: that is not known.</param>
    public void End(StageRunNode node, TimeSpan? took)
    {
        left[node.Stage.Name]--;
        if (took is { } time && seconds.TryAdd(node.Stage.Name, time.TotalSeconds))
            Measure();
    }

    /// <summary>The stage run with the longest way to an end, if that has become urgent; null: none has.</summary>
    public StageRunNode? Urgent(IReadOnlyCollection<StageRunNode> ready)
    {
        if (workers == 1 || ways.Count == 0 || ready.Count == 0)
            return null;
        var farthest = ready.MaxBy(n => ways[n])!;
        double all = left.Sum(l => l.Value * seconds.GetValueOrDefault(l.Key));
        return ways[farthest] * workers * Ahead >= all ? farthest : null;
    }

    /// <summary>The longest way from the beginning of each stage run to an end.</summary>
    void Measure()
    {
        ways.Clear();
        foreach (var node in stageRuns.Reverse())
            ways[node] =
                seconds.GetValueOrDefault(node.Stage.Name) + node.Children.Select(c => ways.GetValueOrDefault(c)).DefaultIfEmpty().Max();
    }
}
