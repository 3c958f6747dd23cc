using System.Globalization;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests;

static class TensorAssert
{
    /// <summary>
    /// Same shape, and |actual − expected| ≤ absolute + relative·|expected| everywhere; NaN equals NaN, infinities equal themselves.
    /// </summary>
    public static void Close(Tensor expected, Tensor actual, double relative, double absolute, string what)
    {
        using var scope = NewDisposeScope();
        Assert.Equal(expected.shape, actual.shape);
        var (e, a) = (Doubles(expected), Doubles(actual));
        for (int i = 0; i < e.Length; i++)
        {
            if (e[i].Equals(a[i]) || Math.Abs(a[i] - e[i]) <= absolute + relative * Math.Abs(e[i]))
                continue;
            Assert.Fail(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{what}, element {i}: {a[i]:R} instead of {e[i]:R} (relative {relative:g2}, absolute {absolute:g2})"
                )
            );
        }
    }

    public static double[] Doubles(Tensor tensor) => [.. tensor.detach().to(ScalarType.Float64).contiguous().data<double>()];
}
