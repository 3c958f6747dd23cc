using static TorchSharp.torch;

namespace DcrDsl.Models.Trees;

/// <summary>Units whose attention is computed side by side, padded on the right.</summary>
/// <param name="Units">How many.</param>
/// <param name="Width">Tokens of the widest.</param>
/// <param name="Keys">Tokens on which that of the most looks.</param>
/// <param name="Queries">Which of the computed tokens look, [units · width], int64.</param>
/// <param name="Seen">The places on which they look, [units · keys], int64.</param>
/// <param name="Sight">What each sees of them.</param>
sealed record TreeGroup(int Units, int Width, int Keys, Tensor Queries, Tensor Seen, Sight Sight)
{
    // A call costs about what this many pairs of a query and a key cost in a small model.
    const int PairsOfACall = 16_384;

    /// <summary>The units of a layout in groups: those that are alike together, as long as padding costs less than another call.</summary>
    public static IEnumerable<TreeUnit[]> Alike(TreeLayout layout)
    {
        List<TreeUnit> group = [];
        long exact = 0;
        int width = 0,
            keys = 0;
        foreach (var unit in layout.Units.OrderBy(u => u.Width).ThenBy(u => KeysOf(layout, u)))
        {
            int wider = Math.Max(width, unit.Width),
                more = Math.Max(keys, KeysOf(layout, unit));
            long own = (long)unit.Width * KeysOf(layout, unit);
            if (group.Count > 0 && (long)(group.Count + 1) * wider * more > (exact + own) * 3 / 2 + PairsOfACall)
            {
                yield return [.. group];
                group.Clear();
                (exact, wider, more) = (0, unit.Width, KeysOf(layout, unit));
            }
            group.Add(unit);
            (exact, width, keys) = (exact + own, wider, more);
        }
        if (group.Count > 0)
            yield return [.. group];
    }

    static int KeysOf(TreeLayout layout, TreeUnit unit) => layout.Texts[unit.Text].Text.Length + layout.Texts[unit.Text].Behind.Count;

    /// <summary>Lays a group out.</summary>
    /// <param name="layout">Where tokens stand.</param>
    /// <param name="group">Its units.</param>
    /// <param name="window">
    /// How many tokens a windowed block sees back on a token's own way, itself included; null: none has a window.
    /// </param>
    /// <param name="dtype">The model's number format.</param>
    /// <param name="device">Where the tensors are to lie.</param>
    public static TreeGroup Of(TreeLayout layout, TreeUnit[] group, int? window, ScalarType dtype, Device device)
    {
        int width = group.Max(u => u.Width),
            keys = group.Max(u => KeysOf(layout, u));
        bool plain = group.All(u => u.Earlier == 0 && layout.Texts[u.Text].IsChain);
        long[] queries = new long[group.Length * width],
            seen = new long[group.Length * keys];
        bool[] visible = plain ? [] : new bool[group.Length * width * keys],
            near = plain || !(window < layout.Longest) ? [] : new bool[visible.Length];
        foreach (var (i, unit) in group.Index())
        {
            for (int t = 0; t < width; t++)
                queries[i * width + t] = unit.First - layout.Stored + Math.Min(t, unit.Width - 1);
            int[] path = layout.Path(unit.Text);
            for (int k = 0; k < path.Length; k++)
                seen[i * keys + k] = path[k];
            int behind = layout.Texts[unit.Text].Behind.Count;
            for (int k = 0; k < behind; k++)
                seen[i * keys + path.Length + k] = unit.First + unit.Width - behind + k;
            if (!plain)
                See(layout.Texts[unit.Text], unit, keys, window, Part(visible, i), Part(near, i));
        }
        return new(
            group.Length,
            width,
            keys,
            tensor(queries, device: device),
            tensor(seen, device: device),
            plain ? Sight.Plain(0, width, window, dtype, device) : new(Added(visible), near.Length == 0 ? null : Added(near), Causal: false)
        );

        Span<bool> Part(bool[] all, int i) => all.Length == 0 ? [] : all.AsSpan(i * width * keys, width * keys);

        Tensor Added(bool[] seenBy) => Sight.Added(tensor(seenBy, [group.Length, 1, width, keys], device: device), dtype);
    }

    /// <summary>What each token of a unit sees, [width, keys]; padding sees the first key, so that no row of scores is empty.</summary>
    static void See(BranchedText text, TreeUnit unit, int keys, int? window, Span<bool> visible, Span<bool> near)
    {
        int own = text.Text.Length - unit.Earlier;
        for (int t = 0; t < own; t++)
            visible.Slice(t * keys, unit.Earlier + t + 1).Fill(true);
        for (int node = 0; node < text.Behind.Count; node++)
        {
            var row = visible.Slice((own + node) * keys, keys);
            row[..text.Text.Length].Fill(true);
            for (int on = node; on >= 0; on = text.Parents[on])
                row[text.Text.Length + on] = true;
        }
        for (int padding = unit.Width; padding < visible.Length / keys; padding++)
            visible[padding * keys] = true;
        if (near.Length == 0)
            return;
        int[] depths = TreeLayout.Depths(text);
        visible.CopyTo(near);
        for (int t = 0; t < unit.Width; t++)
        for (int k = 0; k < text.Text.Length + depths.Length; k++)
            near[t * keys + k] &= At(k) > At(unit.Earlier + t) - window!.Value;

        int At(int place) => place < text.Text.Length ? place : depths[place - text.Text.Length];
    }
}
