using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace DcrDsl.Models;

/// <summary>
/// x · Wᵀ with a frozen W that is held in a narrower format than x: it is converted for the product, a part of a large one at a time, and
/// again for the gradient, so that no wide copy of it outlives either. (Autograd's own linear would keep every layer's copy until the
/// backward pass.)
/// </summary>
sealed class WidenedProduct : autograd.SingleTensorFunction<WidenedProduct>
{
    /// <summary>The most elements that are converted at once; 64 MB in float32.</summary>
    internal const long LargestPart = 1 << 24;

    static readonly Scalar One = 1;

    [ThreadStatic]
    static Tensor? latest;

    public override string Name => nameof(WidenedProduct);

    /// <param name="x">[…, inputs].</param>
    /// <param name="layer">Its weight gets no gradient.</param>
    /// <returns>[…, outputs].</returns>
    public static Tensor Of(Tensor x, LinearLayer layer)
    {
        if (!x.requires_grad || !is_grad_enabled())
            return Product(x, layer.Weight);
        // TorchSharp makes an empty tensor of the result's size besides, which it does not need.
        using var scope = NewDisposeScope();
        return apply(x, layer).MoveToOuterDisposeScope();
    }

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var layer = (LinearLayer)vars[1];
        ctx.set_materialize_grads(false);
        ctx.save_data(nameof(LinearLayer), layer);
        return Product((Tensor)vars[0], layer.Weight);
    }

    /// <summary>
    /// The wrappers of a gradient on either side would else live, and hold it, until the scope of the whole step ends: they are freed as
    /// soon as libtorch holds its own.
    /// </summary>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var weight = ((LinearLayer)ctx.get_data(nameof(LinearLayer))).Weight;
        latest?.Dispose();
        using (grad_output)
            latest = Gradient(grad_output, weight).DetachFromDisposeScope();
        return [latest, null!];
    }

    static Tensor Product(Tensor x, Tensor weight)
    {
        using var scope = NewDisposeScope();
        if (weight.numel() <= LargestPart)
            return linear(x, weight.to(x.dtype)).MoveToOuterDisposeScope();
        var product = empty([.. x.shape[..^1], weight.shape[0]], x.dtype, x.device);
        foreach (var (first, count) in Parts(weight))
        {
            using var part = NewDisposeScope();
            product.narrow(-1, first, count).copy_(linear(x, weight.narrow(0, first, count).to(x.dtype)));
        }
        return product.MoveToOuterDisposeScope();
    }

    static Tensor Gradient(Tensor gradient, Tensor weight)
    {
        using var scope = NewDisposeScope();
        if (weight.numel() <= LargestPart)
            return gradient.matmul(weight.to(gradient.dtype)).MoveToOuterDisposeScope();
        var sum = zeros([.. gradient.shape[..^1], weight.shape[1]], gradient.dtype, gradient.device);
        foreach (var (first, count) in Parts(weight))
        {
            using var part = NewDisposeScope();
            sum.add_(gradient.narrow(-1, first, count).matmul(weight.narrow(0, first, count).to(gradient.dtype)), One);
        }
        return sum.MoveToOuterDisposeScope();
    }

    /// <summary>Rows of the weight that are converted together.</summary>
    static IEnumerable<(long First, long Count)> Parts(Tensor weight)
    {
        long rows = weight.shape[0],
            most = Math.Max(1, LargestPart / weight.shape[1]);
        for (long first = 0; first < rows; first += most)
            yield return (first, Math.Min(most, rows - first));
    }
}
