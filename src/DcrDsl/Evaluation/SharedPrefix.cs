using DcrDsl.Models;
using static TorchSharp.torch;

namespace DcrDsl.Evaluation;

/// <summary>
/// What all texts of a batch begin with, such as a system message or solved examples: read once, its keys and values serve them all.
/// </summary>
static class SharedPrefix
{
    // A beginning shorter than this is not worth a pass of its own.
    const int Shortest = 16;

    /// <summary>
    /// How many tokens all contexts begin with, their last ones aside; 0 where sharing them does not pay or would change the frequencies of
    /// positions.
    /// </summary>
    /// <param name="decoder">The model.</param>
    /// <param name="contexts">The contexts' tokens.</param>
    /// <param name="longest">Tokens of the longest text that is going to be read.</param>
    public static int Length(Decoder decoder, IEnumerable<int[]> contexts, int longest)
    {
        int[][] all = [.. contexts];
        if (all.Length < 2 || decoder.Config.RopeScaling?.DependsOn(longest) == true)
            return 0;
        int shared = all.Min(c => Math.Min(c.Length - 1, all[0].AsSpan().CommonPrefixLength(c)));
        return shared < Shortest ? 0 : shared;
    }

    /// <summary>The keys and values of a beginning, in a cache of one row.</summary>
    public static KeyValueCache Read(Decoder decoder, int[] prefix, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var cache = new KeyValueCache(decoder.Config, 1, prefix.Length, decoder.Dtype, decoder.Device);
        try
        {
            using var scope = NewDisposeScope();
            decoder.Forward(
                tensor(Array.ConvertAll(prefix, t => (long)t), [1, prefix.Length], device: decoder.Device),
                attentionMask: null,
                cache
            );
            return cache;
        }
        catch
        {
            cache.Dispose();
            throw;
        }
    }
}
