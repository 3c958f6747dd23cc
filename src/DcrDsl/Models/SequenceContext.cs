using static TorchSharp.torch;

namespace DcrDsl.Models;

/// <summary>What all blocks of one forward pass share: where its tokens stand and what each of them may see.</summary>
/// <param name="Cosines">Broadcasts to [B, T, heads, d].</param>
/// <param name="SignedSines">See <see cref="RotaryTables"/>.</param>
/// <param name="Mask">Added to the scores, broadcasts to [B, heads, T, keys]; null: see <paramref name="Causal"/>.</param>
/// <param name="Causal">Whether, without a mask, each token sees only itself and those before it; if not, it sees all.</param>
/// <param name="Cache">Keys and values of earlier tokens; null: there are none and none are kept.</param>
sealed record SequenceContext(Tensor Cosines, Tensor SignedSines, Tensor? Mask, bool Causal, KeyValueCache? Cache)
{
    /// <summary>The context of T new tokens after <paramref name="cache"/>.Length earlier ones.</summary>
    /// <param name="tables">The rotary tables.</param>
    /// <param name="length">T.</param>
    /// <param name="attentionMask">[B, earlier + T], 1 at tokens and 0 at padding; null: no padding, or padding on the right.</param>
    /// <param name="cache">The cache, or null.</param>
    /// <param name="dtype">The model's number format.</param>
    public static SequenceContext Of(RotaryTables tables, int length, Tensor? attentionMask, KeyValueCache? cache, ScalarType dtype)
    {
        int earlier = cache?.Length ?? 0, keys = earlier + length;
        var (cosines, signedSines) = tables.Through(keys);
        if (attentionMask is null && (length == 1 || earlier == 0))
        {
            return new(Row(cosines), Row(signedSines), null, Causal: length > 1, cache);

            Tensor Row(Tensor table) => table.narrow(0, earlier, length).unsqueeze(1);                          // [T, 1, d]
        }

        var device = cosines.device;
        var column = arange(keys, int64, device);
        var query = column.narrow(0, earlier, length).unsqueeze(1);                                             // [T, 1]
        var seen = column.le(query);                                                                            // [T, keys]
        var positions = query.squeeze(1).unsqueeze(0);                                                          // [1, T]
        if (attentionMask is not null)
        {
            if (attentionMask.shape is not [_, var columns] || columns != keys)
                throw new ArgumentException($"the attention mask has shape [{string.Join(", ", attentionMask.shape)}], wanted [rows, {keys}]", nameof(attentionMask));
            positions = (attentionMask.to(int64).cumsum(1) - 1).clamp_min_(0).narrow(1, earlier, length);
            // Padding sees itself, so that no row of scores is empty; no token ever sees it.
            seen = seen.logical_and(attentionMask.to(ScalarType.Bool).unsqueeze(1)).logical_or(column.eq(query));  // [B, T, keys]
        }
        var mask = zeros(seen.shape, dtype, device).masked_fill_(seen.logical_not(), double.NegativeInfinity);
        return new(Gathered(cosines), Gathered(signedSines), mask.unsqueeze(-3), Causal: false, cache);

        Tensor Gathered(Tensor table) => table.index_select(0, positions.flatten()).view(positions.shape[0], length, 1, -1);   // [B, T, 1, d]
    }
}
