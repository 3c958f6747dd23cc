using DcrDsl.Models.Trees;
using static TorchSharp.torch;

namespace DcrDsl.Models.Interventions;

/// <summary>The interventions that stand in a decoder, in the order in which they came.</summary>
sealed class InterventionList(params IEnumerable<IIntervention> first)
{
    readonly List<IIntervention> standing = [.. first];

    public bool IsEmpty => standing.Count == 0;

    /// <summary>Whether one of them changes rows of a batch differently.</summary>
    public bool TellsRowsApart => standing.Exists(i => i.TellsRowsApart);

    /// <summary>Whether this one stands here, and no other.</summary>
    public bool HasOnly(IIntervention intervention) => standing is [var one] && ReferenceEquals(one, intervention);

    /// <summary>The same, and one behind them.</summary>
    public InterventionList With(IIntervention intervention) => new([.. standing, intervention]);

    /// <summary>What stands for prompts that are read side by side; null: what stands for all.</summary>
    public InterventionList? ForPrompts(Decoder decoder, IReadOnlyList<int[]> prompts)
    {
        IIntervention[] own = [.. standing.Select(i => i.ForPrompts(decoder, prompts))];
        return own.SequenceEqual(standing) ? null : new InterventionList(own);
    }

    /// <summary>Whether all of them stand on trees.</summary>
    public bool StandsOnTrees => standing.TrueForAll(i => i.StandsOnTrees);

    /// <summary>Whether all of them may be asked by several threads at once.</summary>
    public bool StandsInThreads => standing.TrueForAll(i => i.StandsInThreads);

    /// <summary>What stands while a tree of its prompts is read.</summary>
    public InterventionList OnTree(TreeLayout layout) => new(standing.Select(i => i.OnTree(layout)));

    /// <summary>Adds one until what is returned is disposed.</summary>
    public IDisposable Add(IIntervention intervention)
    {
        standing.Add(intervention);
        return new Leaving(() => standing.Remove(intervention));
    }

    public Tensor Apply(Tensor states, StreamSite site, int block, SequenceContext context)
    {
        StreamVisit? visit = null;
        foreach (var intervention in standing)
            if (intervention.StandsAt(site, block))
                states = intervention.Apply(states, visit ??= new(site, block, standing.Count == 1, Rows, context.Positions));
        return states;

        IReadOnlyList<int> Rows() =>
            context.Cache is { IsShared: false, Rows: { } rows } ? rows : [.. Enumerable.Range(0, (int)states.shape[0])];
    }

    sealed class Leaving(Action leave) : IDisposable
    {
        public void Dispose() => leave();
    }
}
