using CsCheck;
using DcrDsl.Data;
using DcrDsl.Evaluation.Statistics;

namespace DcrDsl.Runtime.Tests.Statistics;

public class PairedBootstrapTests
{
    static readonly double[] A = [0.9, 0.8, 0.7, 1, 0.4, 0.6, 0.95, 0.3],
        B = [0.5, 0.9, 0.6, 0.4, 0.4, 0.1, 0.9, 0.35];

    [Fact]
    public void The_same_stream_gives_the_same_resamples_and_another_seed_gives_others()
    {
        PairedBootstrap Of(ulong seed) => PairedBootstrap.Of(A, B, new RandomStream(seed, "bootstrap"), resamples: 200);
        Assert.Equal(Of(1).Distribution, Of(1).Distribution);
        Assert.NotEqual(Of(1).Distribution, Of(2).Distribution);
        Assert.Equal(200, Of(1).Distribution.Count);
    }

    // All nⁿ resamples together are the bootstrap distribution itself, whose variance is Σ(d − mean)²/n².
    [Fact]
    public void Over_every_possible_resample_the_standard_error_has_its_closed_form()
    {
        double[] a = [0.5, 1, 0.25, 0.75, 2];
        int n = a.Length,
            count = (int)Math.Pow(n, n);
        var resamples = Enumerable
            .Range(0, count)
            .Select(code => Enumerable.Range(0, n).Select(i => code / (int)Math.Pow(n, i) % n).ToArray());
        var all = PairedBootstrap.Of(a, [0, 0, 0, 0, 0], resamples);
        double variance = a.Sum(x => Math.Pow(x - a.Average(), 2)) / n / n;
        Approximately.Equal(variance, Math.Pow(all.StandardError, 2) * (count - 1) / count, relative: 1e-12);
        Approximately.Equal(all.Estimate, SampleMean.Of(all.Distribution).Mean, relative: 1e-12);
    }

    [Fact]
    public void The_drawn_distribution_has_the_expected_spread()
    {
        var bootstrap = PairedBootstrap.Of(A, B, new RandomStream(4, "bootstrap"), resamples: 20_000);
        var d = PairedDifference.Of(A, B);
        double expected = d.StandardError * Math.Sqrt((A.Length - 1.0) / A.Length);
        Assert.InRange(bootstrap.StandardError / expected, 0.98, 1.02); // 4 standard errors of a standard deviation over 20,000
    }

    [Fact]
    public void Swapping_the_arms_mirrors_every_interval() =>
        Gen.Select(Gen.UInt, Gen.Double[0.5, 0.99])
            .Sample(
                (seed, level) =>
                {
                    var ab = PairedBootstrap.Of(A, B, new RandomStream(seed, "bootstrap"), resamples: 100);
                    var ba = PairedBootstrap.Of(B, A, new RandomStream(seed, "bootstrap"), resamples: 100);
                    Approximately.Equal(-ab.Percentile(level).High, ba.Percentile(level).Low, absolute: 1e-12);
                    Approximately.Equal(-ab.BiasCorrectedAccelerated(level).High, ba.BiasCorrectedAccelerated(level).Low, absolute: 1e-9);
                    Assert.Equal(ab.TwoSidedP, ba.TwoSidedP);
                }
            );

    [Fact]
    public void A_wider_level_gives_an_interval_that_holds_the_narrower_one() =>
        Gen.Double[0.5, 0.99]
            .Sample(level =>
            {
                var bootstrap = PairedBootstrap.Of(A, B, new RandomStream(9, "bootstrap"), resamples: 500);
                foreach (var rule in (Func<double, Interval>[])[bootstrap.Percentile, bootstrap.BiasCorrectedAccelerated])
                {
                    Interval narrow = rule(level),
                        wide = rule(0.5 + level / 2);
                    Assert.True(wide.Low <= narrow.Low && narrow.High <= wide.High);
                }
            });

    [Fact]
    public void What_is_not_a_number_or_empty_leaves_nothing_defined()
    {
        foreach (var (a, b) in ((double[], double[])[])[([1, double.NaN, 3], [0, 0, 0]), ([], [])])
        {
            var bootstrap = PairedBootstrap.Of(a, b, new RandomStream(1, "bootstrap"), resamples: 50);
            Assert.Equal((double.NaN, double.NaN, double.NaN), (bootstrap.Estimate, bootstrap.StandardError, bootstrap.TwoSidedP));
            Assert.Equal((Interval.Undefined, Interval.Undefined), (bootstrap.Percentile(), bootstrap.BiasCorrectedAccelerated()));
        }
    }

    [Fact]
    public void Where_every_resample_lies_on_one_side_the_corrected_interval_is_not_defined()
    {
        var onlyTheLargest = PairedBootstrap.Of(
            [0, 1, 5],
            [0, 0, 0],
            [
                [2, 2, 2],
                [2, 2, 1],
            ]
        );
        Assert.Equal(double.NegativeInfinity, onlyTheLargest.BiasCorrection);
        Assert.Equal(Interval.Undefined, onlyTheLargest.BiasCorrectedAccelerated());
    }

    [Fact]
    public void Bad_arguments_are_refused()
    {
        Assert.Throws<ArgumentException>(() => PairedBootstrap.Of(A, [1], new RandomStream(1, "bootstrap")));
        Assert.Throws<ArgumentOutOfRangeException>(() => PairedBootstrap.Of(A, B, new RandomStream(1, "bootstrap"), resamples: 0));
    }
}
