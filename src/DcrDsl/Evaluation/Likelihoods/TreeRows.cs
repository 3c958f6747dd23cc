using DcrDsl.Models;
using static TorchSharp.torch;

namespace DcrDsl.Evaluation.Likelihoods;

/// <summary>
/// Lays trees side by side, a row each, padded on the right: behind what all contexts begin with come the rest of the context and the
/// nodes.
/// </summary>
/// <param name="trees">The trees.</param>
/// <param name="skipped">How many tokens of each context are left out because a cache holds them; fewer than any context has.</param>
sealed class TreeRows(IReadOnlyList<ContinuationTree> trees, int skipped)
{
    /// <summary>Tokens of a tree's row.</summary>
    public static int Width(ContinuationTree tree, int skipped) => tree.Context.Length - skipped + tree.Tokens.Count;

    readonly int width = trees.Max(t => Width(t, skipped));

    /// <summary>Whether every row is a plain sequence, which needs no positions and no mask.</summary>
    public bool AreChains => trees.All(t => t.IsChain);

    /// <summary>[B, T], int64.</summary>
    public Tensor Tokens(Device device)
    {
        long[] all = new long[trees.Count * width];
        for (int row = 0; row < trees.Count; row++)
        {
            int at = row * width;
            foreach (int token in trees[row].Context.AsSpan(skipped))
                all[at++] = token;
            foreach (int token in trees[row].Tokens)
                all[at++] = token;
        }
        return tensor(all, [trees.Count, width], device: device);
    }

    /// <summary>Where the tokens stand and what they see.</summary>
    public BranchedRows Branches(Device device)
    {
        long[] positions = new long[trees.Count * width];
        bool[] visible = new bool[trees.Count * width * width];
        for (int row = 0; row < trees.Count; row++)
            Lay(trees[row], positions.AsSpan(row * width, width), visible.AsSpan(row * width * width, width * width));
        return new(
            tensor(positions, [trees.Count, width], device: device),
            tensor(visible, [trees.Count, width, width], device: device),
            trees.Max(t => t.Depth) - skipped
        );
    }

    void Lay(ContinuationTree tree, Span<long> positions, Span<bool> visible)
    {
        int own = tree.Context.Length - skipped;
        for (int i = 0; i < own; i++)
        {
            positions[i] = i;
            visible.Slice(i * width, i + 1).Fill(true);
        }
        for (int node = 0; node < tree.Tokens.Count; node++)
        {
            int at = own + node,
                before = own + tree.Parents[node]; // the context's last token, if the parent is the context
            positions[at] = positions[before] + 1;
            visible.Slice(before * width, width).CopyTo(visible[(at * width)..]);
            visible[at * width + at] = true;
        }
        for (int padding = own + tree.Tokens.Count; padding < width; padding++)
            visible[padding * width + padding] = true;
    }

    /// <summary>
    /// The places, b · T + t, of every node that predicts something, each once, and what is to be predicted there, in order of the places;
    /// edges count through all trees.
    /// </summary>
    public (long[] Places, Prediction[] Predictions) Predictions()
    {
        List<long> places = [];
        List<Prediction> predictions = [];
        for (int row = 0; row < trees.Count; row++)
        {
            var tree = trees[row];
            int last = row * width + tree.Context.Length - skipped - 1,
                before = predictions.Count;
            foreach (var node in tree.Edges.Index().GroupBy(e => e.Item.Node))
            {
                foreach (var (edge, (_, token)) in node)
                    predictions.Add(new(places.Count, token, before + edge));
                places.Add(last + 1 + node.Key);
            }
        }
        return ([.. places], [.. predictions]);
    }
}

/// <summary>A token to be predicted.</summary>
/// <param name="Place">The index of the place that predicts it.</param>
/// <param name="Token">The token.</param>
/// <param name="Edge">The index of the edge.</param>
readonly record struct Prediction(int Place, int Token, int Edge);
