using DcrDsl.Planning;
using DcrDsl.Specs;
using DcrDsl.Training;

namespace DcrDsl.Execution;

/// <summary>What training stages need for their parameters, found out when their first step is gone through without values.</summary>
sealed class StageMemories
{
    readonly Dictionary<object, StageMemory> found = [];

    /// <summary>A stage run needs so much.</summary>
    /// <param name="node">The stage run.</param>
    /// <param name="trained">What it trains.</param>
    /// <param name="model">How many parameters its model has.</param>
    /// <param name="frozenBytes">What a parameter costs that stays frozen beside an adapter.</param>
    public void Set(StageRunNode node, TrainedMemory trained, long model, int frozenBytes)
    {
        bool adapter = SpecOptions.Within<LowRankAdapter>(node.Spec).Any();
        found[node.Variant] = new StageMemory(
            node,
            trained,
            adapter ? model : model - trained.Parameters,
            adapter ? frozenBytes : sizeof(float)
        );
    }

    /// <summary>Of every training stage that was gone through, at each combination of its values.</summary>
    public IReadOnlyCollection<StageMemory> All => found.Values;
}

/// <summary>What a training stage needs for parameters.</summary>
/// <param name="Node">A stage run of it.</param>
/// <param name="Trained">What it trains.</param>
/// <param name="Frozen">How many parameters it keeps as they are.</param>
/// <param name="FrozenBytes">What one of them costs; norms and embeddings beside an adapter may be held in float32.</param>
sealed record StageMemory(StageRunNode Node, TrainedMemory Trained, long Frozen, int FrozenBytes)
{
    /// <summary>All of it, in bytes.</summary>
    public long Bytes => Trained.Bytes + Frozen * FrozenBytes;
}
