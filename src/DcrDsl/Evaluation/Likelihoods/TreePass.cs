using DcrDsl.Models;
using DcrDsl.Tensors;
using static TorchSharp.torch;

namespace DcrDsl.Evaluation.Likelihoods;

/// <summary>What a model thinks of one edge of a tree.</summary>
/// <param name="Log">Natural logarithm of the token's probability after its node.</param>
/// <param name="IsLikeliest">Whether no token is likelier.</param>
readonly record struct EdgeLikelihood(double Log, bool IsLikeliest);

/// <summary>
/// Reads trees with a model: what contexts begin with once, whichever of them share it, and only the places that predict something meet the
/// head. What a tree gets does not depend on its neighbours, except that sums are rounded in another order.
/// </summary>
static class TreePass
{
    /// <summary>The likelihood of every edge of every tree.</summary>
    /// <param name="decoder">The model.</param>
    /// <param name="trees">The trees.</param>
    /// <param name="batch">Trees side by side, at most.</param>
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
        bool asTrees = TreeReader.Reads(decoder, [.. trees.Select(t => t.Context)], trees.Max(t => t.Depth));
        int count = 0;
        if (asTrees)
        {
            foreach (int[] part in TreeReader.Parts(trees, batch))
            {
                // A reader of its own for each part: an evaluation that goes on here has not read the parts before.
                using var reader = new TreeReader(decoder) { Answers = true };
                Read(part, reader.Edges);
            }
        }
        else
        {
            using var padded = new PaddedTrees(decoder, trees, cancellation);
            foreach (int[] part in padded.Parts(trees, batch))
                Read(part, padded.Edges);
        }
        PhaseClock.Leave();
        return results;

        void Read(int[] part, Func<ContinuationTree[], EdgeLikelihood[]> read)
        {
            cancellation.ThrowIfCancellationRequested();
            using var pass = NewDisposeScope();
            ContinuationTree[] own = [.. part.Select(i => trees[i])];
            var edges = PassLog.Of("continuations", own.Length, () => read(own));
            int taken = 0;
            foreach (int i in part)
            {
                results[i] = edges[taken..(taken + trees[i].Edges.Count)];
                taken += trees[i].Edges.Count;
            }
            done?.Invoke(count += part.Length);
        }
    }
}
