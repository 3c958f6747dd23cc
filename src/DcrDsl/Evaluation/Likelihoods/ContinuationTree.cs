using DcrDsl.Models.Trees;

namespace DcrDsl.Evaluation.Likelihoods;

/// <summary>
/// A context and what may follow it, as a tree: what continuations have in common is there once. A node is a token that the model reads
/// (the root stands for the context), an edge a token that it is to predict after a node; so the last token of a continuation is an edge
/// and no node, and continuations of one token cost nothing beyond the context.
/// </summary>
/// <param name="context">The context's tokens; at least one.</param>
sealed class ContinuationTree(int[] context)
{
    const int Root = -1;

    readonly List<int> tokens = [],
        parents = [];
    readonly List<(int Node, int Token)> edges = [];
    readonly Dictionary<(int Node, int Token), int> nodes = [],
        known = [];

    public int[] Context => context;

    /// <summary>The tokens of the nodes, the root's aside; a node comes after its parent.</summary>
    public IReadOnlyList<int> Tokens => tokens;

    /// <summary>For each node the node before it; −1 where that is the context.</summary>
    public IReadOnlyList<int> Parents => parents;

    /// <summary>What is to be predicted: a token after a node, −1 being the context.</summary>
    public IReadOnlyList<(int Node, int Token)> Edges => edges;

    /// <summary>Tokens on the longest way through context and nodes.</summary>
    public int Depth { get; private set; } = context.Length;

    /// <summary>Whether nothing branches, so that context and nodes are one plain sequence.</summary>
    public bool IsChain => Text.IsChain;

    /// <summary>What the model reads.</summary>
    public BranchedText Text => new(context, tokens, parents);

    /// <summary>Adds a continuation.</summary>
    /// <returns>Its edges in order, as indices into <see cref="Edges"/>.</returns>
    public int[] Add(ReadOnlySpan<int> continuation)
    {
        int[] path = new int[continuation.Length];
        int node = Root;
        for (int i = 0; i < path.Length; i++)
        {
            path[i] = Edge(node, continuation[i]);
            if (i < path.Length - 1)
                node = Node(node, continuation[i]);
        }
        Depth = Math.Max(Depth, context.Length + path.Length - 1);
        return path;
    }

    int Edge(int node, int token)
    {
        if (!known.TryGetValue((node, token), out int edge))
        {
            known.Add((node, token), edge = edges.Count);
            edges.Add((node, token));
        }
        return edge;
    }

    int Node(int parent, int token)
    {
        if (!nodes.TryGetValue((parent, token), out int node))
        {
            nodes.Add((parent, token), node = tokens.Count);
            tokens.Add(token);
            parents.Add(parent);
        }
        return node;
    }
}
