using System.Numerics;
using CsCheck;
using DcrDsl.Data;
using DcrDsl.Evaluation.Statistics;

namespace DcrDsl.Runtime.Tests.Statistics;

public class ExactSumTests
{
    // Whole multiples of 2^-200, so that the true sum is a whole number.
    static readonly Gen<double[]> Values = Gen.Select(
        Gen.Long[-(1L << 53), 1L << 53],
        Gen.Int[-200, 100],
        (m, e) => Math.ScaleB(m, e)
    ).Array[0, 30];

    [Fact]
    public void The_sum_is_the_double_nearest_to_the_true_sum() =>
        Values.Sample(values =>
        {
            BigInteger truth = values.Aggregate(BigInteger.Zero, (sum, x) => sum + Scaled(x));
            double result = ExactSum.Of(values);
            BigInteger error = BigInteger.Abs(truth - Scaled(result));
            foreach (double neighbour in (double[])[Math.BitIncrement(result), Math.BitDecrement(result)])
            {
                if (Math.Abs(neighbour) > 1e-40)
                    Assert.True(error <= BigInteger.Abs(truth - Scaled(neighbour)));
            }
            if (values.Length == 0 || truth.IsZero)
                Assert.Equal(0, result);
        });

    [Fact]
    public void The_order_does_not_matter() =>
        Gen.Select(Values, Gen.UInt)
            .Sample(
                (values, seed) =>
                {
                    double[] shuffled = [.. values];
                    new RandomStream(seed, "order").Shuffle(shuffled);
                    Assert.Equal(ExactSum.Of(values), ExactSum.Of(shuffled));
                }
            );

    [Fact]
    public void A_tie_of_the_rounding_is_decided_by_what_lies_below()
    {
        Assert.Equal(1 + Math.ScaleB(1, -52), ExactSum.Of([1, Math.ScaleB(1, -53), Math.ScaleB(1, -120)]));
        Assert.Equal(1, ExactSum.Of([1, Math.ScaleB(1, -53), -Math.ScaleB(1, -120)]));
        Assert.Equal(1, ExactSum.Of([1e100, 1, -1e100]));
    }

    [Fact]
    public void What_is_not_finite_is_summed_as_usual()
    {
        Assert.Equal(double.NaN, ExactSum.Of([1, double.NaN]));
        Assert.Equal(double.PositiveInfinity, ExactSum.Of([1, double.PositiveInfinity]));
        Assert.Equal(double.NaN, ExactSum.Of([double.NegativeInfinity, double.PositiveInfinity]));
    }

    static BigInteger Scaled(double x)
    {
        long bits = BitConverter.DoubleToInt64Bits(x);
        int exponent = (int)(bits >> 52 & 0x7FF);
        if (exponent == 0)
            return BigInteger.Zero;
        BigInteger magnitude = (bits & (1L << 52) - 1 | 1L << 52);
        int shift = exponent - 1075 + 200;
        magnitude = shift >= 0 ? magnitude << shift : magnitude >> -shift;
        return x < 0 ? -magnitude : magnitude;
    }
}
