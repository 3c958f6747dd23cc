using DcrDsl.Tensors;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace DcrDsl.Models.LowRank;

/// <summary>
/// The low-rank path beside a frozen linear module: x · Wᵀ + s · (x · Aᵀ) · Bᵀ. It is computed in the number format of the input, which is
/// that of A and B unless the whole decoder was opened in another.
/// </summary>
/// <param name="a">[r, inputs].</param>
/// <param name="b">[outputs, r].</param>
/// <param name="scaling">s.</param>
/// <param name="dropout">Null: none.</param>
class LowRankPath(Tensor a, Tensor b, double scaling, LoraDropout? dropout) : ILinearAdapter, IDisposable
{
    readonly Scalar scale = scaling;

    public virtual Tensor Forward(Tensor x, LinearLayer layer)
    {
        using var scope = NewDisposeScope();
        var rows = x.reshape(-1, x.shape[^1]);
        var (inner, outer) = Inner(rows, out _);
        // The product is nobody else's, so the path is added where it lies.
        var product = layer.Product(rows, layer.Bias).addmm_(inner, outer.t(), 1f, 1f);
        return product.view(Shape(x, product)).MoveToOuterDisposeScope();
    }

    public virtual void MergeInto(Tensor weight) => weight.addmm_(b * scale, a, 1f, 1f);

    public virtual void Dispose() => scale.Dispose();

    /// <summary>x · Aᵀ after dropout, [N, r], and s · B, both in the format of the input.</summary>
    /// <param name="rows">[N, inputs].</param>
    /// <param name="dropped">The input after dropout, not yet raised; null: there is no dropout now.</param>
    protected (Tensor Inner, Tensor Outer) Inner(Tensor rows, out Tensor? dropped)
    {
        var outer = b * scale;
        dropped = dropout is not null && LoraDropout.Active ? dropout.Drop(rows) : null;
        if (dropped is not null)
            outer *= dropout!.Raise;
        return (linear(dropped ?? rows, a.to(rows.dtype)), outer.to(rows.dtype));
    }

    /// <summary>W + s · B · A, in the precision of the adapter.</summary>
    protected Tensor Sum(Tensor weight) => weight.to(a.dtype).addmm(b * scale, a, 1f, 1f);

    protected Scalar? Raise => dropout?.Raise;

    protected static long[] Shape(Tensor x, Tensor product) => [.. x.shape[..^1], product.shape[^1]];
}

/// <summary>
/// The same with the rows' lengths learned apart (DoRA): m / ‖W + s·BA‖ · (x · Wᵀ + s · (x · Aᵀ) · Bᵀ). Under dropout the first product is
/// taken twice, with and without it, as PEFT does.
/// </summary>
/// <param name="a">[r, inputs].</param>
/// <param name="b">[outputs, r].</param>
/// <param name="magnitude">m, [outputs].</param>
/// <param name="scaling">s.</param>
/// <param name="dropout">Null: none.</param>
sealed class DecomposedPath(Tensor a, Tensor b, Tensor magnitude, double scaling, LoraDropout? dropout)
    : LowRankPath(a, b, scaling, dropout)
{
    static readonly Scalar One = 1;

    /// <summary>The length of each row of the weight, [outputs].</summary>
    public static Tensor Lengths(Tensor weight) => linalg.vector_norm(weight, dims: [1]);

    public override Tensor Forward(Tensor x, LinearLayer layer)
    {
        using var scope = NewDisposeScope();
        var rows = x.reshape(-1, x.shape[^1]);
        var (inner, outer) = Inner(rows, out var dropped);
        var factor = Factor(layer.Weight).to(rows.dtype);
        var product = layer.Product(rows, bias: null);
        var turned = dropped is null ? product : layer.Product(dropped * Raise!, bias: null);
        var result = (turned.addmm(inner, outer.t(), 1f, 1f) * factor).add(product - turned, One);
        if (layer.Bias is { } bias)
            result = result.Plus(bias);
        return result.view(Shape(x, result)).MoveToOuterDisposeScope();
    }

    public override void MergeInto(Tensor weight)
    {
        using var scope = NewDisposeScope();
        var factor = Factor(weight);
        base.MergeInto(weight);
        weight.mul_(factor.unsqueeze(1));
    }

    /// <summary>m / ‖W + s·BA‖, the norm without a gradient.</summary>
    Tensor Factor(Tensor weight)
    {
        Tensor lengths;
        using (no_grad())
            lengths = Lengths(Sum(weight));
        return magnitude / lengths;
    }
}
