using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Tensors;

static class LeafGradients
{
    static readonly Scalar One = 1;

    /// <summary>
    /// Adds to a parameter's gradient within a backward pass, in place of handing it back to autograd, which would copy what it is not the
    /// only one to hold.
    /// </summary>
    /// <param name="parameter">A leaf.</param>
    /// <param name="gradient">Of its shape; it is nobody else's from now on.</param>
    public static void TakeGradient(this Tensor parameter, Tensor gradient)
    {
        if (parameter.grad is { } sum)
            sum.add_(gradient, One);
        else
            parameter.grad = gradient;
    }
}
