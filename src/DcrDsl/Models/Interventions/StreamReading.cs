using static TorchSharp.torch;

namespace DcrDsl.Models.Interventions;

/// <summary>Keeps the states of the last tokens of a pass, for rows that are padded on the left, and changes nothing.</summary>
/// <param name="site">Where in the blocks.</param>
/// <param name="last">How many tokens' states are kept.</param>
public sealed class StreamReading(StreamSite site, int last = 1) : IIntervention, IDisposable
{
    readonly SortedDictionary<int, Tensor> read = [];

    /// <summary>By block, counted from 1: [B, last, H] of the latest pass. They are freed with the reading.</summary>
    public IReadOnlyDictionary<int, Tensor> States => read;

    /// <inheritdoc/>
    public bool StandsAt(StreamSite at, int block) => at == site;

    /// <inheritdoc/>
    public Tensor Apply(Tensor states, StreamVisit visit)
    {
        Keep(visit.Block, states.narrow(1, states.shape[1] - last, last));
        return states;
    }

    /// <summary>Keeps a copy of states that were read otherwise, [B, last, H].</summary>
    internal void Keep(int block, Tensor states)
    {
        if (read.Remove(block, out var before))
            before.Dispose();
        read[block] = states.detach().clone().DetachFromDisposeScope();
    }

    /// <summary>Frees what was read.</summary>
    public void Dispose()
    {
        foreach (var states in read.Values)
            states.Dispose();
        read.Clear();
    }
}
