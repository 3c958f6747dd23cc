using CsCheck;
using DcrDsl.Evaluation.Statistics;

namespace DcrDsl.Runtime.Tests.Statistics;

public class QuantileTests
{
    // mpmath with 60 digits, by bisection on betainc.
    [Theory]
    [InlineData(1e-9, 1, -318309886.1837906)]
    [InlineData(1e-9, 3, -1033.1096745038078)]
    [InlineData(1e-6, 7, -14.241469651981445)]
    [InlineData(1e-9, 11, -17.677863894376582)]
    [InlineData(1e-9, 50, -7.305270603258702)]
    [InlineData(0.5001, 50, 0.00025191919889948165)]
    public void Students_quantiles_hold_in_the_tails_and_near_the_middle(double p, double df, double expected) =>
        Approximately.Equal(expected, StudentT.Quantile(p, df), relative: 1e-11);

    [Theory]
    [InlineData(1e-5, 50, 0.9999920609464055)]
    [InlineData(3, 10000, 0.0027064481899976662)]
    [InlineData(10, 500, 1.3860493598239916E-21)]
    [InlineData(10, 10000, 1.9632807428663828E-23)]
    public void Students_p_holds_for_many_degrees_of_freedom(double t, double df, double expected) =>
        Approximately.Equal(expected, StudentT.TwoSidedP(t, df), relative: 1e-10);

    [Fact]
    public void Students_quantiles_have_the_closed_forms_of_one_and_two_degrees_of_freedom() =>
        Gen.Double[0.0001, 0.9999]
            .Sample(p =>
            {
                Approximately.Equal(Math.Tan(Math.PI * (p - 0.5)), StudentT.Quantile(p, 1), relative: 1e-11, absolute: 1e-14);
                Approximately.Equal((2 * p - 1) / Math.Sqrt(2 * p * (1 - p)), StudentT.Quantile(p, 2), relative: 1e-11, absolute: 1e-14);
            });

    [Fact]
    public void Students_p_of_a_quantile_is_the_two_tails() =>
        Gen.Select(Gen.Double[1e-8, 0.4999], Gen.Int[1, 2000])
            .Sample((tail, df) => Approximately.Equal(2 * tail, StudentT.TwoSidedP(StudentT.Quantile(tail, df), df), relative: 1e-10));

    [Fact]
    public void Students_p_at_the_ends()
    {
        Assert.Equal(0, StudentT.TwoSidedP(double.PositiveInfinity, 3));
        Assert.Equal(0, StudentT.TwoSidedP(double.NegativeInfinity, 3));
        Assert.Equal(1, StudentT.TwoSidedP(0, 3));
        Assert.Equal(double.NaN, StudentT.TwoSidedP(double.NaN, 3));
    }

    [Fact]
    public void Beta_quantiles_have_the_closed_forms_of_one_parameter_being_one() =>
        Gen.Select(Gen.Double[1e-6, 1 - 1e-6], Gen.Int[1, 10_000])
            .Sample(
                (p, n) =>
                {
                    Approximately.Equal(-Expm1(Math.Log(1 - p) / n), BetaDistribution.Quantile(p, 1, n), relative: 1e-10);
                    Approximately.Equal(Math.Pow(p, 1.0 / n), BetaDistribution.Quantile(p, n, 1), relative: 1e-10);
                }
            );

    // e^x − 1 by its series, as the exponents here are small where cancellation would matter.
    static double Expm1(double x) =>
        Math.Abs(x) > 0.01 ? Math.Exp(x) - 1 : x * (1 + x / 2 * (1 + x / 3 * (1 + x / 4 * (1 + x / 5 * (1 + x / 6)))));

    [Fact]
    public void The_normal_quantile_passes_on_what_is_not_defined()
    {
        Assert.Equal(double.NaN, Gaussian.Quantile(double.NaN));
        Assert.Equal(double.NegativeInfinity, Gaussian.Quantile(0));
        Assert.Equal(double.PositiveInfinity, Gaussian.Quantile(1));
        Assert.Equal(double.NaN, Gaussian.Cdf(double.NaN));
        Assert.Equal(double.NaN, Gaussian.TwoSidedP(double.NaN));
        Assert.Equal(0, Gaussian.TwoSidedP(double.NegativeInfinity));
    }
}
