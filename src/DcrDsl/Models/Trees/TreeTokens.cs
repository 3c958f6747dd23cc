using DcrDsl.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Models.Trees;

/// <summary>
/// Texts that share beginnings, and what may follow them, as one row of tokens for one pass: nothing is padded and nothing computed twice.
/// Only attention, which costs little, is computed in padded groups. The tensors belong to the scope in which they are made.
/// </summary>
sealed class TreeTokens
{
    readonly IReadOnlyList<TreeGroup> groups;
    readonly Tensor back;
    readonly StoredBeginning? stored;

    /// <param name="layout">Where the tokens stand.</param>
    /// <param name="config">The model's shape.</param>
    /// <param name="stored">Of a text that the layout knows as stored; null: none.</param>
    /// <param name="dtype">The model's number format.</param>
    /// <param name="device">Where the tensors are to lie.</param>
    public TreeTokens(TreeLayout layout, DecoderConfig config, StoredBeginning? stored, ScalarType dtype, Device device)
    {
        (Layout, this.stored) = (layout, stored);
        Tokens = tensor(layout.Tokens.ToArray(), device: device);
        Positions = tensor(layout.Positions.ToArray(), device: device);
        var alike = TreeGroup.Alike(layout).ToList();
        groups = [.. alike.Select(g => TreeGroup.Of(layout, g, config.SlidingWindow, dtype, device))];
        long[] places = new long[layout.Tokens.Count];
        int row = 0;
        foreach (var group in alike)
        {
            int width = group.Max(u => u.Width);
            foreach (var unit in group)
            {
                for (int t = 0; t < unit.Width; t++)
                    places[unit.First - layout.Stored + t] = row + t;
                row += width;
            }
        }
        back = tensor(places, device: device);
    }

    /// <summary>Where the tokens stand.</summary>
    public TreeLayout Layout { get; }

    /// <summary>[N], int64.</summary>
    public Tensor Tokens { get; }

    /// <summary>How many tokens stand before each on its way, [N], int64.</summary>
    public Tensor Positions { get; }

    /// <summary>Where the keys and values of whole texts go; null: nowhere.</summary>
    public TreeRowsOfCache? Into { get; init; }

    /// <summary>What keeps the keys and values of the last text; null: nothing.</summary>
    public StoredBeginning? Keeping { get; init; }

    /// <summary>Each attention head's mean of values, weighted by its scores.</summary>
    /// <param name="block">The block, counted from 0.</param>
    /// <param name="q">[1, N, heads, d].</param>
    /// <param name="k">[1, N, KV, d].</param>
    /// <param name="v">[1, N, KV, d].</param>
    /// <param name="windowed">Whether the block has a window.</param>
    /// <param name="mix">The same of [B, heads, T, d] with what is seen.</param>
    /// <returns>[1, N, heads · d].</returns>
    public Tensor Mix(
        int block,
        Tensor q,
        Tensor k,
        Tensor v,
        bool windowed,
        Func<Tensor, Tensor, Tensor, (Tensor? Mask, bool Causal), Tensor> mix
    )
    {
        (q, k, v) = (q.squeeze(0), k.squeeze(0), v.squeeze(0));
        if (Layout.Stored > 0)
        {
            k = cat([stored!.Keys(block).narrow(0, 0, Layout.Stored), k], 0);
            v = cat([stored.Values(block).narrow(0, 0, Layout.Stored), v], 0);
        }
        Into?.Begin(block, k, v);
        if (Keeping is not null)
        {
            using var path = tensor(Array.ConvertAll(Layout.Path(Layout.Last), p => (long)p), device: k.device);
            Keeping.Keep(block, k.index_select(0, path), v.index_select(0, path));
        }
        var mixed = new Tensor[groups.Count];
        for (int i = 0; i < mixed.Length; i++)
        {
            var group = groups[i];
            mixed[i] = mix(
                    Rows(q, group.Queries, group.Units, group.Width),
                    Rows(k, group.Seen, group.Units, group.Keys),
                    Rows(v, group.Seen, group.Units, group.Keys),
                    group.Sight.Of(windowed)
                )
                .transpose(1, 2)
                .reshape(group.Units * group.Width, -1);
        }
        return (mixed is [var one] ? one : cat(mixed, 0)).index_select(0, back).unsqueeze(0);
    }

    /// <summary>[units, heads, length, d] of [places, heads, d].</summary>
    static Tensor Rows(Tensor all, Tensor places, int units, int length) =>
        all.RowsAt(places).view(units, length, all.shape[1], all.shape[2]).transpose(1, 2);

    /// <summary>Tells of each group how many units there are, how many tokens each computes and on how many it looks.</summary>
    public IEnumerable<(int Units, int Width, int Keys)> Attention => groups.Select(g => (g.Units, g.Width, g.Keys));
}

/// <summary>Rows of a cache that begin with texts, padded on the left.</summary>
/// <param name="Cache">The cache, with room for more.</param>
/// <param name="Rows">The rows, [texts], int64, in the order of the texts.</param>
/// <param name="Places">
/// The place of each token of the rows among those of the tree, [texts · length], int64; any where there is padding.
/// </param>
/// <param name="Length">Tokens of the longest row, padding counted.</param>
sealed record TreeRowsOfCache(KeyValueCache Cache, Tensor Rows, Tensor Places, int Length)
{
    /// <summary>The rows of the texts of a layout.</summary>
    /// <param name="cache">The cache.</param>
    /// <param name="layout">Where the tokens stand.</param>
    /// <param name="rows">The row of each text.</param>
    /// <param name="length">Tokens of the longest row of the cache.</param>
    /// <param name="device">Where the tensors are to lie.</param>
    public static TreeRowsOfCache Of(KeyValueCache cache, TreeLayout layout, IReadOnlyList<int> rows, int length, Device device)
    {
        long[] places = new long[rows.Count * length];
        for (int text = 0; text < rows.Count; text++)
        {
            int[] path = layout.Path(text);
            for (int i = 0; i < path.Length; i++)
                places[(text + 1) * length - path.Length + i] = path[i];
        }
        return new(cache, tensor([.. rows.Select(r => (long)r)], device: device), tensor(places, device: device), length);
    }

    /// <summary>Begins the rows with the keys and values, [places, KV, d], of a block.</summary>
    public void Begin(int block, Tensor keys, Tensor values)
    {
        Cache.Begin(block, Rows, Laid(keys), Laid(values));

        Tensor Laid(Tensor all) => all.index_select(0, Places).view(Rows.shape[0], Length, all.shape[1], all.shape[2]).transpose(1, 2);
    }
}
