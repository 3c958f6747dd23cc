using DcrDsl.Tensors;
using static TorchSharp.torch;

namespace DcrDsl.Models;

/// <summary>What tokens see of a sequence.</summary>
/// <param name="Mask">Added to the scores, broadcasts to [B, heads, T, keys]; null: see <paramref name="Causal"/>.</param>
/// <param name="WindowMask">
/// The same for blocks with a sliding window; null: the window is wider than the sequence, or there is none.
/// </param>
/// <param name="Causal">Whether, without a mask, each token sees only itself and those before it; if not, it sees all.</param>
readonly record struct Sight(Tensor? Mask, Tensor? WindowMask, bool Causal)
{
    /// <summary>What the scores of a block are masked with.</summary>
    public (Tensor? Mask, bool Causal) Of(bool windowed) => windowed && WindowMask is not null ? (WindowMask, false) : (Mask, Causal);

    /// <summary>Of T tokens that stand behind nothing, or of one behind others, which needs no mask without a window.</summary>
    public static Sight Plain(int earlier, int length, int? window, ScalarType dtype, Device device) =>
        new(null, Windowed(earlier, length, window, dtype, device), Causal: length > 1);

    /// <summary>Of T tokens that stand behind earlier ones.</summary>
    public static Sight Behind(int earlier, int length, int? window, ScalarType dtype, Device device)
    {
        var (column, query) = Places(earlier, length, device);
        return new(Added(column.le(query), dtype), Windowed(earlier, length, window, dtype, device), Causal: false);
    }

    /// <summary>0 where a token is seen and −∞ where not.</summary>
    public static Tensor Added(Tensor visible, ScalarType dtype) =>
        zeros(visible.shape, dtype, visible.device).FillMinusInfinity(visible.bitwise_not());

    static Tensor? Windowed(int earlier, int length, int? window, ScalarType dtype, Device device)
    {
        if (!(window < earlier + length))
            return null;
        var (column, query) = Places(earlier, length, device);
        return Added(column.le(query).bitwise_and(column.gt(query - window.Value)), dtype);
    }

    /// <summary>The places of all keys, [keys], and of the T that look, [T, 1].</summary>
    static (Tensor Column, Tensor Query) Places(int earlier, int length, Device device)
    {
        var column = arange(earlier + length, int64, device);
        return (column, column.narrow(0, earlier, length).unsqueeze(1));
    }
}
