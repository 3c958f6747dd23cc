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

    public virtual IReadOnlyList<Tensor> Parameters => [a, b];

    public LoraDropout? Dropout => dropout;

    public virtual Tensor Forward(Tensor x, LinearLayer layer)
    {
        using var scope = NewDisposeScope();
        var rows = x.reshape(-1, x.shape[^1]);
        var (inner, outer) = Inner(rows, out _);
        // The product is nobody else's, so the path is added where it lies.
        var product = WithPath(layer.Product(rows, layer.Bias).addmm_(inner, outer.t(), 1f, 1f), inner);
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
        var inner = linear(dropped ?? rows, a.to(rows.dtype));
        return (ParameterTrace.Product(a, dropped ?? rows, inner), outer.to(rows.dtype));
    }

    /// <summary>W + s · B · A, in the precision of the adapter.</summary>
    protected Tensor Sum(Tensor weight) => weight.to(a.dtype).addmm(b * scale, a, 1f, 1f);

    protected Scalar? Raise => dropout?.Raise;

    /// <summary>A product to which the path was added, after saying so where it is traced.</summary>
    protected Tensor WithPath(Tensor sum, Tensor inner) => ParameterTrace.Product(b, inner, scale, sum);

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

    public override IReadOnlyList<Tensor> Parameters => [.. base.Parameters, magnitude];

    /// <summary>The length of each row of the weight, [outputs].</summary>
    public static Tensor Lengths(Tensor weight) => linalg.vector_norm(weight, dims: [1]);

    public override Tensor Forward(Tensor x, LinearLayer layer)
    {
        using var scope = NewDisposeScope();
        var rows = x.reshape(-1, x.shape[^1]);
        var (inner, outer) = Inner(rows, out var dropped);
        var factor = (magnitude / SumLengths(layer.Weight)).to(rows.dtype);
        var product = layer.Product(rows, bias: null);
        var turned = dropped is null ? product : layer.Product(dropped * Raise!, bias: null);
        var sum = WithPath(turned.addmm(inner, outer.t(), 1f, 1f), inner);
        var result = (sum * factor).add(product - turned, One);
        if (ParameterTrace.IsOn)
            ParameterTrace.Scale(magnitude, sum / SumLengths(layer.Weight).to(rows.dtype), result);
        if (layer.Bias is { } bias)
            result = ParameterTrace.Shift(bias, result.Plus(bias));
        return result.view(Shape(x, result)).MoveToOuterDisposeScope();
    }

    public override void MergeInto(Tensor weight)
    {
        using var scope = NewDisposeScope();
        var factor = magnitude / SumLengths(weight);
        base.MergeInto(weight);
        weight.mul_(factor.unsqueeze(1));
    }

    /// <summary>‖W + s·BA‖ of each row, without a gradient.</summary>
    Tensor SumLengths(Tensor weight)
    {
        using (no_grad())
            return Lengths(Sum(weight));
    }
}
