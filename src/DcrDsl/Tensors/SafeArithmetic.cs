using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Tensors;

/// <summary>
/// Operators whose numbers live as long as the program. TorchSharp's own wrap each, the factor 1 of an addition too, in a temporary Scalar
/// that the collector may free while libtorch still reads it: rare, but a training run makes hundreds of thousands of additions, and one in
/// millions then fails ("Exception raised from toFloat").
/// </summary>
static class SafeArithmetic
{
    static readonly Scalar One = 1,
        NegativeOne = -1,
        Zero = 0,
        MinusInfinity = double.NegativeInfinity;

    /// <summary>a + b.</summary>
    public static Tensor Plus(this Tensor a, Tensor b) => a.add(b, One);

    /// <summary>a + <paramref name="constant"/>; the caller keeps the constant alive.</summary>
    public static Tensor Plus(this Tensor a, Scalar constant) => a.add(constant, One);

    /// <summary>a + <paramref name="constant"/>, in place; the caller keeps the constant alive.</summary>
    public static Tensor PlusInPlace(this Tensor a, Scalar constant) => a.add_(constant, One);

    /// <summary>rows − a ⊗ b, for [N, H], [N] and [H], in one pass.</summary>
    public static Tensor MinusOuter(this Tensor rows, Tensor a, Tensor b) => rows.addr(a, b, 1, -1);

    /// <summary>a − 1.</summary>
    public static Tensor MinusOne(this Tensor a) => a.add(NegativeOne, One);

    /// <summary>Sums of values by group.</summary>
    /// <param name="values">[N].</param>
    /// <param name="groups">The group, from 0, that each belongs to, [N], int64.</param>
    /// <param name="count">How many groups there are.</param>
    /// <returns>[count]; 0 where a group has no value.</returns>
    public static Tensor SumsOf(this Tensor values, Tensor groups, long count)
    {
        using var none = zeros(count, dtype: values.dtype, device: values.device);
        return none.scatter_add(0, groups, values);
    }

    /// <summary>The tensor with 0 where <paramref name="mask"/> is true.</summary>
    public static Tensor ZeroWhere(this Tensor a, Tensor mask) => a.masked_fill(mask, Zero);

    /// <summary>Writes −∞ where <paramref name="mask"/> is true.</summary>
    public static Tensor FillMinusInfinity(this Tensor a, Tensor mask) => a.masked_fill_(mask, MinusInfinity);

    /// <summary>Raises negative values to 0, in place.</summary>
    public static Tensor AtLeastZero(this Tensor a) => a.clamp_min_(Zero);
}
