using DcrDsl.Models;
using DcrDsl.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Evaluation.Likelihoods;

/// <summary>What a model thinks of one edge of a tree.</summary>
/// <param name="Log">Natural logarithm of the token's probability after its node.</param>
/// <param name="IsLikeliest">Whether no token is likelier.</param>
readonly record struct EdgeLikelihood(double Log, bool IsLikeliest);

/// <summary>
/// Reads trees with a model: what all contexts begin with once, the rest in rows of similar width, and only the places that predict
/// something meet the head. What a tree gets does not depend on its neighbours, except that sums are rounded in another order.
/// </summary>
static class TreePass
{
    // Wide enough to keep two processor cores busy, small enough for their caches; measured on a model of 135 M parameters.
    const int TokensAtOnce = 4096,
        LogitsAtOnce = 128 * 49_152;

    /// <summary>The likelihood of every edge of every tree.</summary>
    /// <param name="decoder">The model.</param>
    /// <param name="trees">The trees.</param>
    /// <param name="batch">Rows side by side, at most.</param>
    /// <param name="cancellation">Looked at before each pass.</param>
    /// <param name="done">Is told after each pass how many trees are read.</param>
    /// <exception cref="InputException">The model's logits are not finite numbers.</exception>
    public static EdgeLikelihood[][] Run(
        Decoder decoder,
        IReadOnlyList<ContinuationTree> trees,
        int batch,
        CancellationToken cancellation,
        Action<int>? done = null
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        var results = new EdgeLikelihood[trees.Count][];
        if (trees.Count == 0)
            return results;
        PhaseClock.Enter(Phase.Likelihoods);
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        int prefix = SharedPrefix.Length(decoder, trees.Select(t => t.Context), trees.Max(t => t.Depth));
        using var cache = prefix == 0 ? null : Shared(decoder, trees[0].Context[..prefix], cancellation);
        int count = 0;
        foreach (int[] part in Parts(trees, prefix, batch))
        {
            cancellation.ThrowIfCancellationRequested();
            using var pass = NewDisposeScope();
            ContinuationTree[] own = [.. part.Select(i => trees[i])];
            var edges = PassLog.Of("continuations", own.Length, () => Predict(decoder, own, prefix, cache));
            int read = 0;
            foreach (int i in part)
            {
                results[i] = edges[read..(read + trees[i].Edges.Count)];
                read += trees[i].Edges.Count;
            }
            done?.Invoke(count += part.Length);
        }
        PhaseClock.Leave();
        return results;
    }

    static KeyValueCache Shared(Decoder decoder, int[] prefix, CancellationToken cancellation)
    {
        var cache = SharedPrefix.Read(decoder, prefix, cancellation);
        cache.Share();
        return cache;
    }

    /// <summary>The trees in parts that are read together, by index.</summary>
    static IEnumerable<int[]> Parts(IReadOnlyList<ContinuationTree> trees, int prefix, int batch)
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

    static EdgeLikelihood[] Predict(Decoder decoder, ContinuationTree[] trees, int prefix, KeyValueCache? cache)
    {
        var rows = new TreeRows(trees, prefix);
        var (places, predictions) = rows.Predictions();
        var device = decoder.Device;
        var standing = decoder.StandingFor([.. trees.Select(t => t.Context)]);
        var hidden = rows.AreChains
            ? decoder.Forward(rows.Tokens(device), attentionMask: null, cache, standing)
            : decoder.Forward(rows.Tokens(device), rows.Branches(device), cache, standing);
        hidden = hidden.flatten(0, 1).RowsAt(tensor(places, device: device)); // [places, H]

        var edges = new EdgeLikelihood[predictions.Length];
        int atOnce = Math.Max(1, LogitsAtOnce / decoder.Config.VocabularySize),
            read = 0;
        for (int from = 0; from < places.Length; from += atOnce)
        {
            using var scope = NewDisposeScope();
            int count = Math.Min(atOnce, places.Length - from),
                first = read;
            while (read < predictions.Length && predictions[read].Place < from + count)
                read++;
            Read(decoder.Head(hidden.narrow(0, from, count)), from, predictions.AsSpan(first..read), edges);
        }
        return edges;
    }

    /// <summary>
    /// The likelihoods of what some places predict, from their logits [places, vocabulary]; <paramref name="from"/> is the first place.
    /// </summary>
    static void Read(Tensor logits, int from, ReadOnlySpan<Prediction> predictions, EdgeLikelihood[] edges)
    {
        long vocabulary = logits.shape[1];
        long[] chosen = new long[predictions.Length];
        for (int i = 0; i < chosen.Length; i++)
            chosen[i] = (predictions[i].Place - from) * vocabulary + predictions[i].Token;
        // Apple's devices have no double.
        var wide = (logits.device_type == DeviceType.MPS ? logits.cpu() : logits).to(ScalarType.Float64);
        double[] normaliser = wide.logsumexp(-1).cpu().data<double>().ToArray();
        double[] logit = wide.flatten().index_select(0, tensor(chosen, device: wide.device)).cpu().data<double>().ToArray();
        long[] likeliest = logits.argmax(-1).cpu().data<long>().ToArray();
        for (int i = 0; i < chosen.Length; i++)
        {
            var (place, token, edge) = predictions[i];
            double log = logit[i] - normaliser[place - from];
            if (!double.IsFinite(log))
                throw NotFinite.Logits();
            edges[edge] = new(log, likeliest[place - from] == token);
        }
    }
}
