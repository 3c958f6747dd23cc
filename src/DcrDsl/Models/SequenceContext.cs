using DcrDsl.Models.Interventions;
using DcrDsl.Models.Trees;
using DcrDsl.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Models;

/// <summary>What all blocks of one forward pass share: where its tokens stand and what each of them may see.</summary>
/// <param name="Turns">What turns queries and keys to their positions.</param>
/// <param name="Sight">What they see, where attention reads all at once.</param>
/// <param name="Cache">Keys and values of earlier tokens; null: there are none and none are kept.</param>
/// <param name="Positions">Where the tokens stand in their rows, [B, T] or [1, T] int64; made when asked for.</param>
sealed record SequenceContext(Rotation Turns, Sight Sight, KeyValueCache? Cache, Func<Tensor> Positions)
{
    /// <summary>
    /// What attention reads by itself where the row of tokens is several texts laid end to end, in their order; null: it reads all at once.
    /// </summary>
    public IReadOnlyList<TextGroup>? Groups { get; init; }

    /// <summary>The tree that the row of tokens is; null: it is none.</summary>
    public TreeTokens? Tree { get; init; }

    /// <summary>What changes hidden states on the way; null: nothing does.</summary>
    public InterventionList? Interventions { get; init; }

    /// <summary>The states of a block's site, changed by whatever stands there.</summary>
    public Tensor Changed(Tensor states, StreamSite site, int block) =>
        Interventions is null ? states : Interventions.Apply(states, site, block, this);

    /// <summary>The context of T new tokens after <paramref name="cache"/>.Length earlier ones.</summary>
    /// <param name="tables">The rotary tables.</param>
    /// <param name="length">T.</param>
    /// <param name="attentionMask">[B, earlier + T], 1 at tokens and 0 at padding; null: no padding, or padding on the right.</param>
    /// <param name="cache">The cache, or null.</param>
    /// <param name="window">How many columns a windowed block sees back, the token's own included; null: none has a window.</param>
    /// <param name="dtype">The model's number format.</param>
    public static SequenceContext Of(
        RotaryTables tables,
        int length,
        Tensor? attentionMask,
        KeyValueCache? cache,
        int? window,
        ScalarType dtype
    )
    {
        int earlier = cache?.Length ?? 0,
            keys = earlier + length;
        var device = tables.Device;
        if (attentionMask is null && (length == 1 || earlier == 0))
            return new(tables.Through(keys, Row), Sight.Plain(earlier, length, window, dtype, device), cache, Plain);

        var column = arange(keys, int64, device);
        var query = column.narrow(0, earlier, length).unsqueeze(1); // [T, 1]
        var seen = column.le(query); // [T, keys]
        var near = window < keys ? column.gt(query - window.Value) : null;

        var positions = query.squeeze(1).unsqueeze(0); // [1, T]
        if (attentionMask is not null)
        {
            if (attentionMask.shape is not [_, var columns] || columns != keys)
                throw new ArgumentException(
                    $"the attention mask has shape [{string.Join(", ", attentionMask.shape)}], wanted [rows, {keys}]",
                    nameof(attentionMask)
                );
            positions = attentionMask.to(int64).cumsum(1).MinusOne().AtLeastZero().narrow(1, earlier, length);
            // Padding sees itself, so that no row of scores is empty; no token ever sees it.
            seen = seen.bitwise_and(attentionMask.to(ScalarType.Bool).unsqueeze(1)).bitwise_or(column.eq(query)); // [B, T, keys]
        }
        return new(
            tables.Through(keys, Gathered),
            new(Added(seen), near is null ? null : Added(seen.bitwise_and(near)), Causal: false),
            cache,
            () => positions
        );

        Tensor Plain() => arange(earlier, keys, int64, device).unsqueeze(0); // [1, T]

        Tensor Row(Tensor table) => table.narrow(0, earlier, length).view(1, length, 1, -1);

        Tensor Gathered(Tensor table) => table.RowsAt(positions.flatten()).view(positions.shape[0], length, 1, -1); // [B, T, 1, d]

        Tensor Added(Tensor visible) => Sight.Added(visible, dtype).unsqueeze(-3);
    }

    /// <summary>The context of rows that branch, behind the tokens of <paramref name="cache"/>, which all of a row's tokens see.</summary>
    /// <param name="tables">The rotary tables.</param>
    /// <param name="rows">Where the tokens stand and what they see.</param>
    /// <param name="cache">The cache, or null.</param>
    /// <param name="window">
    /// How many tokens a windowed block sees back on a token's own way, itself included; null: none has a window.
    /// </param>
    /// <param name="dtype">The model's number format.</param>
    public static SequenceContext Of(RotaryTables tables, BranchedRows rows, KeyValueCache? cache, int? window, ScalarType dtype)
    {
        int earlier = cache?.Length ?? 0;
        long count = rows.Positions.shape[0],
            length = rows.Positions.shape[1];
        var device = rows.Positions.device;
        using var offset = ((long)earlier).ToScalar();
        var positions = rows.Positions.Plus(offset); // [B, T]
        var seen = earlier == 0 ? rows.Visible : cat([ones([count, length, earlier], ScalarType.Bool, device), rows.Visible], -1);
        var near = window < earlier + rows.Length ? Near(window.Value) : null;
        return new(
            tables.Through(earlier + rows.Length, table => table.index_select(0, positions.flatten()).view(count, length, 1, -1)),
            new(Added(seen), near is null ? null : Added(seen.bitwise_and(near)), Causal: false),
            cache,
            () => positions
        );

        Tensor Added(Tensor visible) => Sight.Added(visible, dtype).unsqueeze(-3);

        Tensor Near(int width)
        {
            using var back = (-(long)width).ToScalar();
            var keys = cat([arange(earlier, int64, device).unsqueeze(0).expand(count, -1), positions], 1); // [B, earlier + T]
            return keys.unsqueeze(1).gt(positions.unsqueeze(2).Plus(back));
        }
    }

    /// <summary>The context of texts that share beginnings and branch: one row, in which a token sees its own way only.</summary>
    /// <param name="tables">The rotary tables.</param>
    /// <param name="tree">The texts.</param>
    public static SequenceContext Of(RotaryTables tables, TreeTokens tree)
    {
        var turns = tables.Through(tree.Layout.Longest, t => t.index_select(0, tree.Positions).view(1, tree.Tokens.shape[0], 1, -1));
        return new(turns, default, Cache: null, () => tree.Positions.unsqueeze(0)) { Tree = tree };
    }

    /// <summary>The context of texts laid end to end: one row, in which a token sees its own text only.</summary>
    /// <param name="tables">The rotary tables.</param>
    /// <param name="packed">The texts.</param>
    /// <param name="window">How many tokens a windowed block sees back, the token's own included; null: none has a window.</param>
    /// <param name="dtype">The model's number format.</param>
    public static SequenceContext Of(RotaryTables tables, PackedTokens packed, int? window, ScalarType dtype)
    {
        var turns = tables.Through(packed.Longest, t => t.RowsAt(packed.Positions).view(1, packed.Tokens.shape[0], 1, -1));
        return new(turns, default, Cache: null, () => packed.Positions.unsqueeze(0))
        {
            Groups = [.. packed.Parts.Select(parts => new TextGroup(parts, Of(parts)))],
        };

        Sight Of(EqualParts parts) =>
            parts.Earlier == 0
                ? Sight.Plain(0, parts.Length, window, dtype, tables.Device)
                : Sight.Behind(parts.Earlier, parts.Length, window, dtype, tables.Device);
    }
}

/// <summary>Parts of texts in a row of several, which attention reads side by side.</summary>
/// <param name="Parts">How many, their length and what they stand behind.</param>
/// <param name="Sight">What each sees of itself and of what is before it.</param>
readonly record struct TextGroup(EqualParts Parts, Sight Sight);
