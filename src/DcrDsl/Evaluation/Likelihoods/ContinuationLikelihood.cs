using DcrDsl.Data;
using DcrDsl.Models;

namespace DcrDsl.Evaluation.Likelihoods;

/// <summary>How likely a model finds a given continuation of a context.</summary>
/// <param name="Log">Natural logarithm of the continuation's probability after its context, in nats.</param>
/// <param name="Tokens">Tokens of the continuation.</param>
/// <param name="IsGreedy">Whether greedy decoding would write exactly this.</param>
readonly record struct ContinuationLikelihood(double Log, int Tokens, bool IsGreedy)
{
    /// <summary>Mean negative log-likelihood of a token, in nats.</summary>
    public double MeanLoss => -Log / Tokens;

    /// <summary>
    /// The likelihoods of continuations. Texts with the same context are read together: the context once, then each way on from it; so the
    /// answers to one question cost little more than one of them, and answers of one token (the letters of a multiple-choice question)
    /// nothing beyond the context. What all contexts begin with, such as a system message or solved examples, is read once.
    /// </summary>
    /// <param name="decoder">The model.</param>
    /// <param name="texts">Contexts with their continuations; at least one token each.</param>
    /// <param name="batch">Contexts read side by side, at most.</param>
    /// <param name="cancellation">Looked at before each pass.</param>
    /// <param name="done">Is told after each pass how many of the different contexts are read.</param>
    /// <returns>In the order of the texts.</returns>
    /// <exception cref="ArgumentException">A text has no context or no continuation.</exception>
    /// <exception cref="InputException">The model's logits are not finite numbers.</exception>
    /// <exception cref="OperationCanceledException">The caller asked to stop.</exception>
    public static IReadOnlyList<ContinuationLikelihood> Of(
        Decoder decoder,
        IReadOnlyList<EncodedText> texts,
        int batch = 32,
        CancellationToken cancellation = default,
        Action<int>? done = null
    )
    {
        if (texts.Any(t => t.ResponseStart < 1 || t.ResponseStart >= t.Tokens.Length))
            throw new ArgumentException("a text has no context or no continuation", nameof(texts));

        List<ContinuationTree> trees = [];
        var known = new Dictionary<int[], int>(TokenComparer.Instance);
        var places = new (int Tree, int[] Path)[texts.Count];
        for (int i = 0; i < places.Length; i++)
        {
            int[] context = texts[i].Tokens[..texts[i].ResponseStart];
            if (!known.TryGetValue(context, out int tree))
            {
                known.Add(context, tree = trees.Count);
                trees.Add(new ContinuationTree(context));
            }
            places[i] = (tree, trees[tree].Add(texts[i].Tokens.AsSpan(texts[i].ResponseStart)));
        }
        var edges = TreePass.Run(decoder, trees, batch, cancellation, done);
        return [.. places.Select(p => Along(p.Path, edges[p.Tree]))];
    }

    /// <summary>That of a way through a tree.</summary>
    /// <param name="path">Its edges.</param>
    /// <param name="edges">The likelihoods of the tree's edges.</param>
    public static ContinuationLikelihood Along(int[] path, EdgeLikelihood[] edges) =>
        new(path.Sum(e => edges[e].Log), path.Length, path.All(e => edges[e].IsLikeliest));
}
