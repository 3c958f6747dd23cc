using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Models;

/// <summary>
/// Additions whose factor lives as long as the program. TorchSharp's own operators wrap it, a plain 1, in a temporary Scalar that the collector
/// may free while libtorch still reads it: rare, but a training run makes hundreds of thousands of additions, and one in millions then fails
/// ("Exception raised from toFloat").
/// </summary>
static class SafeArithmetic
{
    static readonly Scalar One = 1;

    /// <summary>a + b.</summary>
    public static Tensor Plus(this Tensor a, Tensor b) => a.add(b, One);

    /// <summary>a + <paramref name="constant"/>; the caller keeps the constant alive.</summary>
    public static Tensor Plus(this Tensor a, Scalar constant) => a.add(constant, One);

    /// <summary>a + <paramref name="constant"/>, in place; the caller keeps the constant alive.</summary>
    public static Tensor PlusInPlace(this Tensor a, Scalar constant) => a.add_(constant, One);
}
