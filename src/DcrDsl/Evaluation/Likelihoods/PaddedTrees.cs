using DcrDsl.Models;
using static TorchSharp.torch;

namespace DcrDsl.Evaluation.Likelihoods;

/// <summary>
/// Reads trees in padded rows of similar width, a row each, for what a tree of all cannot do: something intervenes for each row by itself,
/// or frequencies of positions are those of the longest row. What all contexts begin with is read once where that changes nothing.
/// </summary>
sealed class PaddedTrees : IDisposable
{
    // Wide enough to keep two processor cores busy, small enough for their caches; measured on a model of 135 M parameters.
    const int TokensAtOnce = 4096;

    readonly Decoder decoder;
    readonly int prefix;
    readonly KeyValueCache? cache;

    /// <param name="decoder">The model.</param>
    /// <param name="trees">All trees.</param>
    /// <param name="cancellation">Looked at before the common beginning is read.</param>
    public PaddedTrees(Decoder decoder, IReadOnlyList<ContinuationTree> trees, CancellationToken cancellation)
    {
        this.decoder = decoder;
        prefix = SharedPrefix.Length(decoder, trees.Select(t => t.Context), trees.Max(t => t.Depth));
        if (prefix == 0)
            return;
        cache = SharedPrefix.Read(decoder, trees[0].Context[..prefix], cancellation);
        cache.Share();
    }

    /// <summary>The trees in parts that are read together, by index.</summary>
    public IEnumerable<int[]> Parts(IReadOnlyList<ContinuationTree> trees, int batch)
    {
        List<int> part = [];
        foreach (int i in Enumerable.Range(0, trees.Count).OrderBy(i => TreeRows.Width(trees[i], prefix)))
        {
            if (part.Count == batch || (part.Count > 0 && (part.Count + 1) * TreeRows.Width(trees[i], prefix) > TokensAtOnce))
            {
                yield return [.. part];
                part.Clear();
            }
            part.Add(i);
        }
        yield return [.. part];
    }

    /// <summary>The likelihoods of the edges of some trees, one tree after the other.</summary>
    public EdgeLikelihood[] Edges(ContinuationTree[] trees)
    {
        var rows = new TreeRows(trees, prefix);
        var (places, predictions) = rows.Predictions();
        var device = decoder.Device;
        var standing = decoder.StandingFor([.. trees.Select(t => t.Context)]);
        var hidden = rows.AreChains
            ? decoder.Forward(rows.Tokens(device), attentionMask: null, cache, standing)
            : decoder.Forward(rows.Tokens(device), rows.Branches(device), cache, standing);
        var edges = new EdgeLikelihood[predictions.Length];
        EdgeReading.Predict(decoder, hidden.flatten(0, 1), places, predictions, edges);
        return edges;
    }

    public void Dispose() => cache?.Dispose();
}
