using DcrDsl.Evaluation.Statistics;

namespace DcrDsl.Runtime.Tests.Statistics;

/// <summary>A mean with errors from seeds and prompts: intervals, p and equivalence say the same.</summary>
public class UncertainMeanTests
{
    static readonly UncertainMean[] Means =
    [
        new(0.031, 0.012, 2, 0.008, 199),
        new(-0.2, 0.05, 4, 0.09, 49),
        new(0.004, 0.01, 398, 0.02, 12.5),
        UncertainMean.Of(0.02, 0.015, 2),
        new(0.02, 0, 2, 0.015, 99),
    ];

    public static TheoryData<int> Places => [.. Enumerable.Range(0, Means.Length)];

    /// <summary>With one source of error it is Student's paired test.</summary>
    [Fact]
    public void One_source_is_students()
    {
        double[] a = [0.61, 0.58, 0.7, 0.66],
            b = [0.31, 0.4, 0.35, 0.28];
        var paired = PairedDifference.Of(a, b);
        var mean = UncertainMean.Of(paired.Mean, paired.StandardError, paired.DegreesOfFreedom);
        Assert.Equal(paired.Interval.Low, mean.Interval().Low, 1e-12);
        Assert.Equal(paired.Interval.High, mean.Interval().High, 1e-12);
        Assert.Equal(paired.P, mean.P(), 1e-12);
    }

    /// <summary>t(0.975) is 4.3027 with 2 and 1.9720 with 199 degrees of freedom: √((4.3027 · 0.012)² + (1.9720 · 0.008)²).</summary>
    [Fact]
    public void Squares_of_half_widths_add()
    {
        var interval = Means[0].Interval();
        Assert.Equal(0.05399, (interval.High - interval.Low) / 2, 1e-5);
        Assert.Equal(Math.Sqrt(0.012 * 0.012 + 0.008 * 0.008), Means[0].StandardError, 1e-15);
    }

    [Theory, MemberData(nameof(Places))]
    public void An_interval_at_the_level_1_minus_p_just_reaches_0(int place)
    {
        var mean = Means[place];
        double p = mean.P();
        var interval = mean.Interval(1 - p);
        Assert.Equal(0, Math.Min(Math.Abs(interval.Low), Math.Abs(interval.High)), 1e-9);
        Assert.InRange(p, 1e-9, 1);
    }

    [Theory, MemberData(nameof(Places))]
    public void Equivalence_at_5_percent_is_the_90_percent_interval_within_the_margin(int place)
    {
        var mean = Means[place];
        var interval = mean.Interval(0.9);
        double just = Math.Max(Math.Abs(interval.Low), Math.Abs(interval.High));
        Assert.Equal(0.05, mean.EquivalenceP(just), 1e-9);
        Assert.True(mean.EquivalenceP(just * 1.01) < 0.05);
        Assert.True(mean.EquivalenceP(just * 0.99) > 0.05);
        Assert.Equal(0.5, mean.EquivalenceP(Math.Abs(mean.Value)), 1e-9);
        Assert.True(mean.EquivalenceP(Math.Abs(mean.Value) / 2) > 0.5);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-0.05)]
    [InlineData(double.NaN)]
    public void A_margin_that_holds_nothing_is_refused(double margin) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Means[0].EquivalenceP(margin));

    [Fact]
    public void Without_an_error_nothing_is_claimed()
    {
        var unknown = UncertainMean.Without(0.1);
        Assert.Equal(Interval.Undefined, unknown.Interval());
        Assert.Equal(double.NaN, unknown.P());
        Assert.Equal(double.NaN, unknown.EquivalenceP(0.5));
        Assert.Equal(double.NaN, UncertainMean.Of(0, 0, 3).EquivalenceP(0.5));
    }
}
