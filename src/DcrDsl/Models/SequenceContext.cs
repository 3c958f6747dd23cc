using DcrDsl.Models.Interventions;
using DcrDsl.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Models;

/// <summary>What all blocks of one forward pass share: where its tokens stand and what each of them may see.</summary>
/// <param name="Cosines">Broadcasts to [B, T, heads, d].</param>
/// <param name="SignedSines">See <see cref="RotaryTables"/>.</param>
/// <param name="Mask">Added to the scores, broadcasts to [B, heads, T, keys]; null: see <paramref name="Causal"/>.</param>
/// <param name="WindowMask">
/// The same for blocks with a sliding window; null: the window is wider than the sequence, or there is none.
/// </param>
/// <param name="Causal">Whether, without a mask, each token sees only itself and those before it; if not, it sees all.</param>
/// <param name="Cache">Keys and values of earlier tokens; null: there are none and none are kept.</param>
/// <param name="Positions">Where the tokens stand in their rows, [B, T] or [1, T] int64; made when asked for.</param>
sealed record SequenceContext(
    Tensor Cosines,
    Tensor SignedSines,
    Tensor? Mask,
    Tensor? WindowMask,
    bool Causal,
    KeyValueCache? Cache,
    Func<Tensor> Positions
)
{
    /// <summary>
    /// What attention reads by itself where the row of tokens is several texts laid end to end, in their order; null: it reads all at once.
    /// </summary>
    public IReadOnlyList<TextGroup>? Groups { get; init; }

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
        var (cosines, signedSines) = tables.Through(keys);
        bool plain = attentionMask is null && (length == 1 || earlier == 0),
            narrow = window < keys;
        if (plain && !narrow)
            return new(Row(cosines), Row(signedSines), null, null, Causal: length > 1, cache, Plain);

        var device = cosines.device;
        var column = arange(keys, int64, device);
        var query = column.narrow(0, earlier, length).unsqueeze(1); // [T, 1]
        var seen = column.le(query); // [T, keys]
        var near = narrow ? column.gt(query - window!.Value) : null;
        if (plain)
            return new(Row(cosines), Row(signedSines), null, Added(seen.logical_and(near!)), Causal: length > 1, cache, Plain);

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
            seen = seen.logical_and(attentionMask.to(ScalarType.Bool).unsqueeze(1)).logical_or(column.eq(query)); // [B, T, keys]
        }
        return new(
            Gathered(cosines),
            Gathered(signedSines),
            Added(seen),
            near is null ? null : Added(seen.logical_and(near)),
            Causal: false,
            cache,
            () => positions
        );

        Tensor Plain() => arange(earlier, keys, int64, cosines.device).unsqueeze(0); // [1, T]

        Tensor Row(Tensor table) => table.narrow(0, earlier, length).unsqueeze(1); // [T, 1, d]

        Tensor Gathered(Tensor table) => table.RowsAt(positions.flatten()).view(positions.shape[0], length, 1, -1); // [B, T, 1, d]

        Tensor Added(Tensor visible) => zeros(visible.shape, dtype, device).FillMinusInfinity(visible.logical_not()).unsqueeze(-3);
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
        var (cosines, signedSines) = tables.Through(earlier + rows.Length);
        using var offset = ((long)earlier).ToScalar();
        var positions = rows.Positions.Plus(offset); // [B, T]
        var seen = earlier == 0 ? rows.Visible : cat([ones([count, length, earlier], ScalarType.Bool, device), rows.Visible], -1);
        var near = window < earlier + rows.Length ? Near(window.Value) : null;
        return new(
            Turns(cosines),
            Turns(signedSines),
            Added(seen),
            near is null ? null : Added(seen.logical_and(near)),
            Causal: false,
            cache,
            () => positions
        );

        Tensor Turns(Tensor table) => table.index_select(0, positions.flatten()).view(count, length, 1, -1);

        Tensor Added(Tensor visible) => zeros(visible.shape, dtype, device).FillMinusInfinity(visible.logical_not()).unsqueeze(-3);

        Tensor Near(int width)
        {
            using var back = (-(long)width).ToScalar();
            var keys = cat([arange(earlier, int64, device).unsqueeze(0).expand(count, -1), positions], 1); // [B, earlier + T]
            return keys.unsqueeze(1).gt(positions.unsqueeze(2).Plus(back));
        }
    }

    /// <summary>The context of texts laid end to end: one row, in which a token sees its own text only.</summary>
    /// <param name="tables">The rotary tables.</param>
    /// <param name="packed">The texts.</param>
    /// <param name="window">How many tokens a windowed block sees back, the token's own included; null: none has a window.</param>
    /// <param name="dtype">The model's number format.</param>
    public static SequenceContext Of(RotaryTables tables, PackedTokens packed, int? window, ScalarType dtype)
    {
        var (cosines, signedSines) = tables.Through(packed.Longest);
        return new(
            Turns(cosines),
            Turns(signedSines),
            Mask: null,
            WindowMask: null,
            Causal: true,
            Cache: null,
            () => packed.Positions.unsqueeze(0)
        )
        {
            Groups = [.. Before(packed).Concat(packed.ByLength.Select(texts => Behind(packed.Spans.Shared, texts)))],
        };

        // Within its own length a text behind nothing is a plain row.
        TextGroup Plain(EqualTexts texts)
        {
            var own = Of(tables, texts.Length, attentionMask: null, cache: null, window, dtype);
            return new(texts, own.Mask, own.WindowMask, own.Causal, Shared: 0);
        }

        IEnumerable<TextGroup> Before(PackedTokens packed) => packed.Spans.Shared > 0 ? [Plain(new(1, packed.Spans.Shared))] : [];

        TextGroup Behind(int shared, EqualTexts texts)
        {
            if (shared == 0)
                return Plain(texts);
            var (seen, near) = Sights(shared, texts.Length, window, dtype, cosines.device);
            return new(texts, seen, near, Causal: false, shared);
        }

        Tensor Turns(Tensor table) => table.RowsAt(packed.Positions).view(1, packed.Tokens.shape[0], 1, -1);
    }

    /// <summary>What is added to the scores [T, earlier + T] of T tokens behind earlier ones, without a window and with one.</summary>
    static (Tensor All, Tensor? Windowed) Sights(int earlier, int length, int? window, ScalarType dtype, Device device)
    {
        var column = arange(earlier + length, int64, device);
        var query = column.narrow(0, earlier, length).unsqueeze(1); // [T, 1]
        var seen = column.le(query);
        return (Added(seen), window < earlier + length ? Added(seen.logical_and(column.gt(query - window.Value))) : null);

        Tensor Added(Tensor visible) => zeros(visible.shape, dtype, device).FillMinusInfinity(visible.logical_not());
    }

    /// <summary>What the scores of a block are masked with.</summary>
    public (Tensor? Mask, bool Causal) Sight(bool windowed) => windowed && WindowMask is not null ? (WindowMask, false) : (Mask, Causal);
}

/// <summary>Texts of one length in a row of several, which attention reads side by side.</summary>
/// <param name="Texts">How many, and their length.</param>
/// <param name="Mask">See <see cref="SequenceContext"/>.</param>
/// <param name="WindowMask">See <see cref="SequenceContext"/>.</param>
/// <param name="Causal">See <see cref="SequenceContext"/>.</param>
/// <param name="Shared">How many tokens, those of the first group, stand before each of them.</param>
readonly record struct TextGroup(EqualTexts Texts, Tensor? Mask, Tensor? WindowMask, bool Causal, int Shared)
{
    /// <summary>What the scores of a block are masked with.</summary>
    public (Tensor? Mask, bool Causal) Sight(bool windowed) => windowed && WindowMask is not null ? (WindowMask, false) : (Mask, Causal);
}
