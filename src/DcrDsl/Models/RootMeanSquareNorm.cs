using DcrDsl.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Models;

/// <summary>
/// RMSNorm (Zhang and Sennrich, 2019): x · rsqrt(mean x² + ε) · w over the last dimension. Half-precision inputs are normalised in float32.
/// Gemma's variant scales by 1 + w, in float32 too.
/// </summary>
static class RootMeanSquareNorm
{
    // square() would wrap its 2 in a temporary Scalar, which the collector may free while libtorch reads it: see SafeArithmetic.
    static readonly Scalar One = 1,
        Two = 2;

    public static Tensor Apply(Tensor x, Tensor weight, Scalar epsilon, bool addOne = false)
    {
        bool half = x.dtype is ScalarType.BFloat16 or ScalarType.Float16;
        var wide = half ? x.to(ScalarType.Float32) : x;
        // mean() is this division too, but its backward pass divides in all places instead of once a row.
        using var width = x.shape[^1].ToScalar();
        var square = wide.pow(Two).sum(-1, keepdim: true).div_(width);
        var normed = wide * square.PlusInPlace(epsilon).rsqrt_();
        if (addOne)
            return ParameterTrace.Scale(weight, normed, normed * weight.to(wide.dtype).Plus(One)).to(x.dtype);
        normed = half ? normed.to(x.dtype) : normed;
        return ParameterTrace.Scale(weight, normed, normed * weight);
    }
}
