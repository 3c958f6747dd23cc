using CsCheck;
using DcrDsl.Evaluation.Statistics;

namespace DcrDsl.Runtime.Tests.Statistics;

public class ProportionTests
{
    static readonly Gen<(int K, int N, double Level)> Cases =
        from n in Gen.Int[1, 600]
        from k in Gen.Int[0, n]
        from level in Gen.Double[0.5, 0.999]
        select (k, n, level);

    delegate Interval Rule(int successes, int trials, double level);

    static readonly Rule[] Rules = [Proportion.Wilson, Proportion.WilsonWithContinuity, Proportion.ClopperPearson];

    [Fact]
    public void The_ends_of_Wilsons_intervals_solve_the_score_equation() =>
        Cases.Sample(
            (k, n, level) =>
            {
                double z = Gaussian.Quantile(0.5 + level / 2),
                    rate = (double)k / n;
                double Score(double p, double correction) => (Math.Abs(rate - p) - correction) / Math.Sqrt(p * (1 - p) / n);

                Interval plain = Proportion.Wilson(k, n, level),
                    corrected = Proportion.WilsonWithContinuity(k, n, level);
                if (k > 0)
                    Approximately.Equal(z, Score(plain.Low, 0), relative: 1e-8);
                if (k < n)
                    Approximately.Equal(z, Score(plain.High, 0), relative: 1e-8);
                if (k > 0)
                    Approximately.Equal(z, Score(corrected.Low, 0.5 / n), relative: 1e-8);
                if (k < n)
                    Approximately.Equal(z, Score(corrected.High, 0.5 / n), relative: 1e-8);
            }
        );

    [Fact]
    public void The_exact_interval_covers_at_least_its_level_whatever_the_true_rate()
    {
        const int n = 23;
        Interval[] intervals = [.. Enumerable.Range(0, n + 1).Select(k => Proportion.ClopperPearson(k, n, 0.9))];
        for (double p = 0.005; p < 1; p += 0.005)
        {
            double covered = Enumerable
                .Range(0, n + 1)
                .Where(k => intervals[k].Low <= p && p <= intervals[k].High)
                .Sum(k => Binomials.Probability(k, n, p));
            Assert.InRange(covered, 0.9, 1 + 1e-12);
        }
    }

    [Fact]
    public void Failures_have_the_mirrored_interval() =>
        Cases.Sample(
            (k, n, level) =>
            {
                foreach (var rule in Rules)
                {
                    Interval of = rule(k, n, level),
                        mirrored = rule(n - k, n, level);
                    Approximately.Equal(1 - of.High, mirrored.Low, absolute: 1e-13);
                    Approximately.Equal(1 - of.Low, mirrored.High, absolute: 1e-13);
                }
            }
        );

    [Fact]
    public void Every_interval_holds_the_rate_lies_within_zero_and_one_and_grows_with_the_level() =>
        Cases.Sample(
            (k, n, level) =>
            {
                foreach (var rule in Rules)
                {
                    Interval narrow = rule(k, n, level),
                        wide = rule(k, n, 0.5 + level / 2);
                    Assert.True(0 <= wide.Low && wide.Low <= narrow.Low && narrow.Low <= (double)k / n + 1e-15);
                    Assert.True(1 >= wide.High && wide.High >= narrow.High && narrow.High >= (double)k / n - 1e-15);
                }
            }
        );

    [Fact]
    public void Without_trials_there_is_no_interval() => Assert.All(Rules, rule => Assert.Equal(Interval.Undefined, rule(0, 0, 0.95)));

    [Fact]
    public void Impossible_counts_are_refused() =>
        Assert.All(
            Rules,
            rule =>
            {
                Assert.Throws<ArgumentOutOfRangeException>(() => rule(3, 2, 0.95));
                Assert.Throws<ArgumentOutOfRangeException>(() => rule(-1, 2, 0.95));
                Assert.Throws<ArgumentOutOfRangeException>(() => rule(0, -1, 0.95));
                Assert.Throws<ArgumentOutOfRangeException>(() => rule(1, 2, 1));
            }
        );
}
