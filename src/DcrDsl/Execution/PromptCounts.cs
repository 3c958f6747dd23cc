using DcrDsl.Planning;

namespace DcrDsl.Execution;

/// <summary>How many prompts and questions evaluations ask, found out when they are looked through before the run.</summary>
sealed class PromptCounts
{
    readonly Dictionary<object, int> counts = [];

    /// <summary>A stage run asks so many.</summary>
    public void Set(StageRunNode node, int count) => counts[node.Variant] = count;

    /// <summary>How many a stage run asks; null: not known.</summary>
    public int? Of(StageRunNode node) => counts.TryGetValue(node.Variant, out int count) ? count : null;
}
