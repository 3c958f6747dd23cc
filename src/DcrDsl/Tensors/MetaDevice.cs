using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Tensors;

/// <summary>
/// Operators for which libtorch's own library has no kernel on the meta device (PyTorch's are written in Python). Before a run, a training
/// step is gone through there without values; for that, another operator gives the same shape. Elsewhere they are the operators themselves,
/// which are the faster choice.
/// </summary>
static class MetaDevice
{
    /// <summary>The rows of a table at some indices. (index_select has the fast backward pass, index_add.)</summary>
    /// <param name="table">[R, …].</param>
    /// <param name="indices">[N], int64, from 0 to R − 1.</param>
    /// <returns>[N, …].</returns>
    public static Tensor RowsAt(this Tensor table, Tensor indices) =>
        IsMeta(table) ? table.index(TensorIndex.Tensor(indices)) : table.index_select(0, indices);

    /// <summary>[…, d] with the two halves of the last dimension exchanged.</summary>
    public static Tensor HalvesExchanged(this Tensor x)
    {
        long half = x.shape[^1] / 2;
        return IsMeta(x) ? cat([x.narrow(-1, half, half), x.narrow(-1, 0, half)], -1) : x.roll(half, -1);
    }

    /// <summary>softmax(q kᵀ / √d + mask) v.</summary>
    /// <param name="q">[B, heads, T, d].</param>
    /// <param name="k">[B, heads, keys, d].</param>
    /// <param name="v">[B, heads, keys, d].</param>
    /// <param name="mask">Added to the scores, broadcasts to [B, heads, T, keys]; or null.</param>
    /// <param name="causal">Whether, without a mask, a query sees only the keys up to its own.</param>
    public static Tensor Attention(Tensor q, Tensor k, Tensor v, Tensor? mask, bool causal) =>
        IsMeta(q)
            ? matmul(matmul(q, k.transpose(-2, -1)).softmax(-1), v)
            : nn.functional.scaled_dot_product_attention(q, k, v, mask, 0.0, is_casual: causal);

    /// <summary>log Σ exp over each row, [R, C] to [R].</summary>
    public static Tensor LogSumExp(Tensor rows) => IsMeta(rows) ? rows.exp().sum([1]).log() : rows.logsumexp(1);

    /// <summary>Rows divided by their Euclidean norm, which counts as at least <paramref name="least"/>; [R, C].</summary>
    public static Tensor UnitRows(Tensor rows, double least) =>
        IsMeta(rows) ? rows * rows.square().sum([1], keepdim: true).rsqrt() : nn.functional.normalize(rows, p: 2, dim: 1, eps: least);

    /// <summary>Euclidean distances of all pairs of rows, [R, C] to [R, R]; the gradient at distance 0 is 0.</summary>
    public static Tensor Distances(Tensor rows) => IsMeta(rows) ? rows.matmul(rows.t()) : cdist(rows, rows);

    /// <summary>The smaller of each two entries; shapes broadcast.</summary>
    public static Tensor Smaller(Tensor a, Tensor b) => IsMeta(a) ? a.Plus(b) : a.minimum(b);

    /// <summary>max(0, x), with gradient 0 at 0.</summary>
    public static Tensor Relu(Tensor x) => IsMeta(x) ? x.exp() : x.relu();

    static bool IsMeta(Tensor tensor) => tensor.device_type == DeviceType.META;
}
