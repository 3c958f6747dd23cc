using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Models.LowRank;

/// <summary>The low-rank path beside a frozen embedding: E[t] + s · A[:, t]ᵀ · Bᵀ. It has no dropout.</summary>
/// <param name="a">[r, vocabulary].</param>
/// <param name="b">[H, r].</param>
/// <param name="scaling">s.</param>
sealed class LowRankEmbedding(Tensor a, Tensor b, double scaling) : IEmbeddingAdapter, IDisposable
{
    readonly Scalar scale = scaling;

    public Tensor Forward(Tensor tokens, EmbeddingLayer layer)
    {
        using var scope = NewDisposeScope();
        var inner = layer.Rows(a.t(), tokens, a); // [N, r]
        var sum = layer.Rows(layer.Weight, tokens).to(a.dtype).addmm(inner, (b * scale).t(), 1f, 1f);
        return ParameterTrace.Product(b, inner, scale, sum).MoveToOuterDisposeScope();
    }

    public void MergeInto(Tensor weight)
    {
        using var scope = NewDisposeScope();
        weight.addmm_(a.t(), (b * scale).t(), 1f, 1f);
    }

    public void Dispose() => scale.Dispose();
}
