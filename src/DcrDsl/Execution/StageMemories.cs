using DcrDsl.Planning;
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
    /// <param name="copyBytes">What a copy costs in which a trained weight is multiplied; 0: there is none.</param>
    public void Set(StageRunNode node, TrainedMemory trained, long model, int frozenBytes, int copyBytes)
    {
        bool adapter = node.HasAdapter;
        found[node.Variant] = new StageMemory(
            node,
            trained,
            adapter ? model : model - trained.Parameters,
            adapter ? frozenBytes : sizeof(float),
            adapter ? 0 : copyBytes
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
/// <param name="CopyBytes">What the copies of a step cost in which trained weights are multiplied, for each of these.</param>
sealed record StageMemory(StageRunNode Node, TrainedMemory Trained, long Frozen, int FrozenBytes, int CopyBytes)
{
    /// <summary>What one trained parameter costs.</summary>
    public double BytesEach => Trained.BytesEach + CopyBytes;

    /// <summary>All of it, in bytes.</summary>
    public long Bytes => Trained.Bytes + Trained.Parameters * CopyBytes + Frozen * FrozenBytes;
}
