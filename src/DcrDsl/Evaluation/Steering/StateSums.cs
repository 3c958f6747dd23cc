using DcrDsl.Models;
using DcrDsl.Models.Interventions;
using static TorchSharp.torch;

namespace DcrDsl.Evaluation.Steering;

/// <summary>Sums over prompts of the hidden states of their last tokens, in float64.</summary>
sealed class StateSums
{
    readonly Tensor sums;

    /// <param name="decoder">The model.</param>
    /// <param name="site">Where in the blocks.</param>
    /// <param name="positions">p: how many of the last tokens.</param>
    public StateSums(Decoder decoder, StreamSite site, int positions)
    {
        (Site, Positions) = (site, positions);
        sums = zeros([positions, decoder.Config.Layers, decoder.Config.HiddenSize], float64);
    }

    /// <summary>Where in the blocks.</summary>
    public StreamSite Site { get; }

    /// <summary>How many of the last tokens.</summary>
    public int Positions { get; }

    /// <summary>How many prompts were added.</summary>
    public int Count { get; private set; }

    /// <summary>Adds some prompts.</summary>
    /// <param name="states">For each block, counted from 1: [b, p, H].</param>
    /// <param name="rows">Which of the b.</param>
    public void Add(IReadOnlyDictionary<int, Tensor> states, long[] rows)
    {
        using var scope = NewDisposeScope();
        var wanted = tensor(rows);
        foreach (var (block, read) in states)
            sums.select(1, block - 1).add_(read.cpu().to(float64).index_select(0, wanted).sum([0]));
        Count += rows.Length;
    }

    /// <summary>The means at the last of the positions.</summary>
    /// <param name="positions">How many.</param>
    /// <returns>[positions, L, H], the caller's.</returns>
    public Tensor Mean(int positions)
    {
        using var scope = NewDisposeScope();
        return sums.narrow(0, Positions - positions, positions).div(tensor((double)Count)).MoveToOuterDisposeScope();
    }
}
