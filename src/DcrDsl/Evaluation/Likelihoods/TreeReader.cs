using DcrDsl.Models;
using DcrDsl.Models.Interventions;
using DcrDsl.Models.Trees;
using static TorchSharp.torch;

namespace DcrDsl.Evaluation.Likelihoods;

/// <summary>
/// Reads contexts, and what may follow them, part by part in the order of their tokens: within a part what several begin with is read once,
/// and what a part shares with the last context of the part before it is not read again.
/// </summary>
/// <param name="decoder">The model.</param>
sealed class TreeReader(Decoder decoder) : IDisposable
{
    // Wide enough to keep two processor cores busy, small enough for their caches; measured on a model of 135 M parameters.
    const int TokensAtOnce = 4096;

    StoredBeginning? last;

    /// <summary>
    /// Whether what is read are prompts that are answered: what changes the states of each prompt's own answer stands then.
    /// </summary>
    public bool Answers { get; init; }

    /// <summary>
    /// Whether a model can read prompts so: what changes its states for each of them knows it in a tree, and none is within another.
    /// </summary>
    /// <param name="decoder">The model.</param>
    /// <param name="contexts">The contexts.</param>
    /// <param name="longest">Tokens of the longest text that is going to be read.</param>
    public static bool Reads(Decoder decoder, IReadOnlyList<int[]> contexts, int longest) =>
        decoder.ReadsTrees(longest)
        && (decoder.StandingFor(contexts) is not { } own || own.StandsOnTrees && !TreeLayout.BeginsAnother(contexts));

    /// <summary>The trees in parts that are read together, by index, in the order of their contexts' tokens.</summary>
    /// <param name="trees">The trees.</param>
    /// <param name="batch">Trees side by side, at most.</param>
    public static IEnumerable<int[]> Parts(IReadOnlyList<ContinuationTree> trees, int batch)
    {
        List<int> part = [];
        int width = 0;
        int[] before = [];
        foreach (int i in TreeLayout.InOrder(trees.Count, i => trees[i].Context))
        {
            int[] context = trees[i].Context;
            int own = context.Length - context.AsSpan().CommonPrefixLength(before) + trees[i].Tokens.Count;
            if (part.Count == batch || (part.Count > 0 && width + own > TokensAtOnce))
            {
                yield return [.. part];
                part.Clear();
                width = 0;
            }
            part.Add(i);
            width += own;
            before = context;
        }
        if (part.Count > 0)
            yield return [.. part];
    }

    /// <summary>The likelihoods of the edges of some trees, one tree after the other.</summary>
    public EdgeLikelihood[] Edges(IReadOnlyList<ContinuationTree> trees)
    {
        using var scope = NewDisposeScope();
        return Read(trees, null, null, out _);
    }

    /// <summary>Reads a part.</summary>
    /// <param name="trees">The part's trees.</param>
    /// <param name="into">
    /// A cache that takes up the contexts, which row each has there and the tokens of its longest; null: none does.
    /// </param>
    /// <param name="reading">Reads the states of the contexts' last tokens; null: nothing does.</param>
    /// <param name="ends">The hidden states of the contexts' last tokens, [trees · count, H].</param>
    /// <param name="count">
    /// How many last tokens of each context; more than one only in a reader's first part, as a later one may have begun within them.
    /// </param>
    /// <returns>The likelihoods of its trees' edges, one tree after the other.</returns>
    public EdgeLikelihood[] Read(
        IReadOnlyList<ContinuationTree> trees,
        (KeyValueCache Cache, IReadOnlyList<int> Rows, int Length)? into,
        Func<Tensor, IIntervention>? reading,
        out Tensor ends,
        int count = 1
    )
    {
        var device = decoder.Device;
        var layout = new TreeLayout([.. trees.Select(t => t.Text)], last?.Tokens);
        var keeping = new StoredBeginning(trees[layout.Last].Context, decoder.Config.Layers);
        try
        {
            var tree = decoder.Laid(
                layout,
                last,
                into is var (cache, rows, length) ? TreeRowsOfCache.Of(cache, layout, rows, length, device) : null,
                keeping
            );
            long[] wanted = [.. trees.SelectMany((_, t) => layout.Path(t)[^count..]).Select(p => (long)p - layout.Stored)];
            var places = tensor(wanted, device: device);
            var own = Answers ? decoder.StandingFor([.. trees.Select(t => t.Context)])?.OnTree(layout) : null;
            var hidden = decoder.Forward(tree, reading is null ? own : decoder.Standing(own, reading(places)));
            ends = hidden.index_select(0, places);
            return Predicted(trees, layout, hidden);
        }
        finally
        {
            last?.Dispose();
            last = keeping;
        }
    }

    EdgeLikelihood[] Predicted(IReadOnlyList<ContinuationTree> trees, TreeLayout layout, Tensor hidden)
    {
        List<long> places = [];
        List<Prediction> predictions = [];
        int before = 0;
        for (int text = 0; text < trees.Count; text++)
        {
            foreach (var node in trees[text].Edges.Index().GroupBy(e => e.Item.Node))
            {
                foreach (var (edge, (_, token)) in node)
                    predictions.Add(new(places.Count, token, before + edge));
                places.Add(layout.Computed(text, node.Key));
            }
            before += trees[text].Edges.Count;
        }
        var edges = new EdgeLikelihood[before];
        EdgeReading.Predict(decoder, hidden, [.. places], [.. predictions], edges);
        return edges;
    }

    public void Dispose() => last?.Dispose();
}
