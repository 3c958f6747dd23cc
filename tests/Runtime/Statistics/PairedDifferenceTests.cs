using CsCheck;
using DcrDsl.Evaluation.Statistics;

namespace DcrDsl.Runtime.Tests.Statistics;

public class PairedDifferenceTests
{
    static readonly Gen<(double A, double B)[]> Pairs = Gen.Select(Gen.Double[0, 1], Gen.Double[0, 1]).Array[2, 12];

    [Fact]
    public void Swapping_the_arms_mirrors_the_result() =>
        Pairs.Sample(pairs =>
        {
            double[] a = [.. pairs.Select(p => p.A)],
                b = [.. pairs.Select(p => p.B)];
            PairedDifference ab = PairedDifference.Of(a, b),
                ba = PairedDifference.Of(b, a);
            Approximately.Equal(-ab.Mean, ba.Mean);
            Approximately.Equal(-ab.T, ba.T);
            Approximately.Equal(ab.P, ba.P);
            Approximately.Equal(-ab.Interval.High, ba.Interval.Low, absolute: 1e-12);
        });

    [Fact]
    public void The_interval_leaves_out_zero_exactly_where_p_is_below_alpha() =>
        Gen.Select(Pairs, Gen.Double[0.5, 0.999])
            .Sample(
                (pairs, level) =>
                {
                    var d = PairedDifference.Of([.. pairs.Select(p => p.A)], [.. pairs.Select(p => p.B)], level);
                    if (Math.Abs(d.P - (1 - level)) < 1e-9)
                        return;
                    Assert.Equal(d.P < 1 - level, d.Interval.Low > 0 || d.Interval.High < 0);
                }
            );

    [Fact]
    public void A_sure_difference_has_a_standard_deviation_of_exactly_zero_even_where_sums_round()
    {
        var mean = SampleMean.Of([0.1, 0.1, 0.1]);
        Assert.Equal((0.1, 0.0, new Interval(0.1, 0.1)), (mean.Mean, mean.StandardDeviation, mean.Interval));
        var d = PairedDifference.Of([0.25, 0.25, 0.25], [0.5, 0.5, 0.5]);
        Assert.Equal((double.NegativeInfinity, 0.0), (d.T, d.P));
    }

    [Fact]
    public void Without_two_pairs_only_the_mean_is_defined()
    {
        var one = PairedDifference.Of([0.75], [0.5]);
        Assert.Equal((1, 0, 0.25), (one.Count, one.DegreesOfFreedom, one.Mean));
        Assert.Equal((double.NaN, double.NaN, double.NaN, Interval.Undefined), (one.StandardError, one.T, one.P, one.Interval));
        var none = PairedDifference.Of([], []);
        Assert.Equal((0, double.NaN, double.NaN), (none.Count, none.Mean, none.P));
    }

    [Fact]
    public void What_is_not_a_number_stays_so()
    {
        var d = PairedDifference.Of([0.5, double.NaN, 1], [0, 0, 0]);
        Assert.Equal((double.NaN, double.NaN, double.NaN, Interval.Undefined), (d.Mean, d.T, d.P, d.Interval));
    }

    [Fact]
    public void Arms_of_different_lengths_are_refused()
    {
        var thrown = Assert.Throws<ArgumentException>(() => PairedDifference.Of([1, 2, 3], [1, 2]));
        Assert.Contains("not 3 and 2", thrown.Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(95)]
    [InlineData(double.NaN)]
    public void A_level_outside_zero_to_one_is_refused(double level) =>
        Assert.Throws<ArgumentOutOfRangeException>("level", () => PairedDifference.Of([1, 2], [1, 1], level));
}
