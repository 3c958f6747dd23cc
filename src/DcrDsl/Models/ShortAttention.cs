using DcrDsl.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Models;

/// <summary>
/// Attention of short texts, and of single tokens behind them, as two products of all heads at once, on the processor and where no gradient
/// goes back. libtorch's own operator calls its product once for each head of each row, which takes up to three times as long there; it
/// wins where texts are long, since it never holds all scores.
/// </summary>
static class ShortAttention
{
    // Queries times keys; measured with 3 and 9 heads of 64 on two cores.
    const long MostScores = 1 << 13;

    /// <summary>Whether to use it.</summary>
    /// <param name="q">[B, heads, T, d].</param>
    /// <param name="k">[B, KV, keys, d].</param>
    /// <param name="sight">What the queries see of the keys.</param>
    public static bool Suits(Tensor q, Tensor k, (Tensor? Mask, bool Causal) sight) =>
        !sight.Causal
        && q.shape[2] * k.shape[2] <= MostScores
        && (q.shape[2] > 1 || q.shape[1] > k.shape[1]) // else there is one query to a product, and the operator is as good
        && q.device_type == DeviceType.CPU
        && q.dtype is (ScalarType.Float32 or ScalarType.Float64) // a narrower format would round the scores
        && !is_grad_enabled();

    /// <summary>Each head's mean of values, weighted by softmax(q kᵀ / √d + mask).</summary>
    /// <param name="q">[B, heads, T, d].</param>
    /// <param name="k">[B, KV, keys, d]: equally many heads in turn look at each.</param>
    /// <param name="v">Like the keys.</param>
    /// <param name="mask">Broadcasts to [B, heads, T, keys], the same for all heads; or null.</param>
    /// <returns>[B, heads, T, d].</returns>
    public static Tensor Mix(Tensor q, Tensor k, Tensor v, Tensor? mask)
    {
        var shape = q.shape;
        long rows = shape[0],
            shared = k.shape[1],
            group = shape[1] / shared,
            keys = k.shape[2];
        using var scale = (1 / Math.Sqrt(shape[3])).ToScalar();
        // The heads of a group are rows that look at the same keys, so nothing is repeated.
        var scores = matmul(q.mul(scale).reshape(rows, shared, group * shape[2], shape[3]), k.transpose(-2, -1));
        if (mask is not null)
            scores = scores.view(rows, shape[1], shape[2], keys).Plus(mask).view(scores.shape);
        return matmul(scores.softmax(-1), v).view(shape);
    }
}
