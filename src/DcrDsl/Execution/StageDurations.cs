using DcrDsl.Planning;
using DcrDsl.Store;

namespace DcrDsl.Execution;

/// <summary>How long stage runs may take, by what earlier ones of their stages took.</summary>
/// <param name="known">What the store holds.</param>
sealed class StageDurations(IReadOnlyList<StoreEntry> known)
{
    readonly Dictionary<string, double> seconds = known
        .GroupBy(e => e.Manifest.Run.Stage)
        .ToDictionary(g => g.Key, g => g.Average(e => e.Manifest.Run.Seconds));

    /// <summary>The time of stage runs one after the other; null: of a stage among them nothing is known.</summary>
    public TimeSpan? Of(IEnumerable<StageRunNode> stageRuns)
    {
        double sum = 0;
        foreach (var node in stageRuns)
        {
            if (!seconds.TryGetValue(node.Stage.Name, out double own))
                return null;
            sum += own;
        }
        return TimeSpan.FromSeconds(sum);
    }
}
