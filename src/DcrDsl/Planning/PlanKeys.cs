namespace DcrDsl.Planning;

/// <summary>The keys of a plan's stage runs.</summary>
/// <param name="Results">The key of what each leaves to those after it.</param>
/// <param name="Readings">Of each watched stage run, the key of what is read along it.</param>
sealed record PlanKeys(IReadOnlyDictionary<StageRunNode, StageKey> Results, IReadOnlyDictionary<StageRunNode, StageKey> Readings)
{
    /// <summary>No keys: nothing is kept.</summary>
    public static PlanKeys None { get; } = new(new Dictionary<StageRunNode, StageKey>(), new Dictionary<StageRunNode, StageKey>());

    /// <summary>
    /// The key of all that a stage run has to do: a checkpoint of training that was not watched has not what is read along the way.
    /// </summary>
    public StageKey OfWork(StageRunNode node) => Readings.GetValueOrDefault(node) ?? Results[node];
}
