using DcrDsl.Models.Trees;
using static TorchSharp.torch;

namespace DcrDsl.Models.Interventions;

/// <summary>Where in a block an intervention stands.</summary>
public enum StreamSite
{
    /// <summary>The residual stream before the block.</summary>
    BlockInput,

    /// <summary>What attention adds to the stream, before it is added.</summary>
    AttentionOutput,

    /// <summary>What the feed-forward network adds to the stream, before it is added.</summary>
    FeedForwardOutput,

    /// <summary>The residual stream after the block.</summary>
    BlockOutput,
}

/// <summary>One visit to a site in one forward pass.</summary>
public sealed class StreamVisit
{
    readonly Func<IReadOnlyList<int>> findRows;
    readonly Func<Tensor> findPositions;

    internal StreamVisit(StreamSite site, int block, bool alone, Func<IReadOnlyList<int>> findRows, Func<Tensor> findPositions) =>
        (Site, Block, Alone, this.findRows, this.findPositions) = (site, block, alone, findRows, findPositions);

    /// <summary>Where in the block.</summary>
    public StreamSite Site { get; }

    /// <summary>The block, counted from 1.</summary>
    public int Block { get; }

    /// <summary>Whether nothing else changes states in the pass.</summary>
    internal bool Alone { get; }

    /// <summary>The same beside something else.</summary>
    internal StreamVisit Beside() => new(Site, Block, alone: false, findRows, findPositions);

    /// <summary>The rows as they were numbered when the batch began; rows that ended before are missing.</summary>
    public IReadOnlyList<int> Rows => findRows();

    /// <summary>How many tokens of its own row stand before each token, [B, T] or [1, T] int64; of no meaning at padding.</summary>
    public Tensor Positions => findPositions();
}

/// <summary>Changes hidden states while a decoder runs: steering, ablation, or only reading.</summary>
public interface IIntervention
{
    /// <summary>
    /// Whether it changes rows of a batch differently: their common beginning is then read for each row by itself.
    /// </summary>
    bool TellsRowsApart => false;

    /// <summary>
    /// What stands in its place while answers to some prompts are decoded or scored, a row of the batch for each; itself where the prompts
    /// make no difference.
    /// </summary>
    internal IIntervention ForPrompts(Decoder decoder, IReadOnlyList<int[]> prompts) => this;

    /// <summary>
    /// Whether prompts that begin alike can be read as a tree under it: it changes all tokens alike or knows them in the tree.
    /// </summary>
    internal bool StandsOnTrees => !TellsRowsApart;

    /// <summary>
    /// What stands in its place while a tree of its prompts, in their order, is read: states are those of the tree's tokens.
    /// </summary>
    internal IIntervention OnTree(TreeLayout layout) => this;

    /// <summary>Whether passes of several threads may ask it at once; else batches of answers do not go side by side under it.</summary>
    internal bool StandsInThreads => false;

    /// <summary>Whether it wants to be asked at this site of this block, counted from 1.</summary>
    bool StandsAt(StreamSite site, int block);

    /// <summary>The states that take the place of those given.</summary>
    /// <param name="states">[B, T, H].</param>
    /// <param name="visit">Where they are from.</param>
    /// <returns>[B, T, H]: the same tensor where nothing is changed.</returns>
    Tensor Apply(Tensor states, StreamVisit visit);
}
