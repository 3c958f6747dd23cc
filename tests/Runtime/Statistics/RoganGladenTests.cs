using DcrDsl.Data;
using DcrDsl.Evaluation.Statistics;

namespace DcrDsl.Runtime.Tests.Statistics;

/// <summary>Shares corrected for a judge's errors, against numbers by hand and against simulation.</summary>
public class RoganGladenTests
{
    /// <summary>(0.5 + 0.9 − 1) / (0.8 + 0.9 − 1) = 0.4 / 0.7.</summary>
    [Fact]
    public void A_share_is_corrected_as_the_formula_has_it()
    {
        Assert.Equal(0.4 / 0.7, RoganGladen.Corrected(0.5, 0.8, 0.9), 1e-12);
        Assert.Equal(0.3, RoganGladen.Corrected(0.3, 1, 1), 1e-12);
        Assert.True(RoganGladen.Corrected(0.05, 0.8, 0.9) < 0);
        Assert.True(double.IsNaN(RoganGladen.Corrected(0.5, 0.4, 0.6)));
        Assert.True(double.IsNaN(RoganGladen.Interval(0.5, 100, 0.4, 50, 0.6, 50).Low));
        Assert.True(double.IsNaN(RoganGladen.Interval(0.5, 100, double.NaN, 0, 0.6, 50).Low));
    }

    /// <summary>
    /// By hand, of q = 0.5 of 100, 18 of 20 and 27 of 30 with z² = 3.8414588: n = 103.8414588, q' = 0.5, se' = 19/22, sp' = 28/32,
    /// so π' = (0.5 − 0.125)/(0.8636364 − 0.125) = 0.5076923; shift = 2z²(π'·0.0053531 − 0.4923077·0.0034180) = 0.0079497;
    /// variance = 0.0024075 + 0.2577515·0.0053531 + 0.2423669·0.0034180 = 0.0046157, half = 1.959964·0.0679389/0.7386364 = 0.1802740.
    /// </summary>
    [Fact]
    public void The_interval_is_that_of_Lang_and_Reiczigel()
    {
        var interval = RoganGladen.Interval(0.5, 100, 0.9, 20, 0.9, 30);
        Assert.Equal(0.5076923 + 0.0079497 - 0.1802740, interval.Low, 2e-5);
        Assert.Equal(0.5076923 + 0.0079497 + 0.1802740, interval.High, 2e-5);
    }

    [Fact]
    public void Much_is_known_of_a_judge_that_is_labelled_much()
    {
        var known = RoganGladen.Interval(0.5, 400, 1, 1e9, 1, 1e9);
        var wilson = Proportion.Wilson(200, 400);
        Assert.Equal(wilson.Low, known.Low, 1e-3);
        Assert.Equal(wilson.High, known.High, 1e-3);
        double Length(double labelled)
        {
            var interval = RoganGladen.Interval(0.5, 400, 0.9, labelled, 0.9, labelled);
            return interval.High - interval.Low;
        }
        Assert.True(Length(20) > Length(100) && Length(100) > Length(1_000));
        Assert.Equal(new Interval(0, 1), RoganGladen.Interval(0.5, 400, 0.6, 5, 0.6, 5));
        Assert.Equal(new Interval(0, 1), RoganGladen.Interval(0.95, 40, 1, 1, 0.1, 20));
    }

    /// <summary>2,000 runs of known compliance, judged with known errors and labelled anew: 93 to 97 of 100 intervals hold it.</summary>
    [Theory]
    [InlineData(0.60, 0.90, 0.95, 250, 60, 40)]
    [InlineData(0.90, 0.95, 0.80, 250, 80, 20)]
    [InlineData(0.30, 0.85, 0.97, 450, 30, 70)]
    [InlineData(0.95, 0.98, 0.90, 200, 90, 10)]
    public void Intervals_hold_the_true_share_as_often_as_they_say(double share, double se, double sp, int prompts, int yes, int no)
    {
        const int runs = 2_000;
        var random = new RandomStream(7, "coverage");
        int held = 0;
        for (int run = 0; run < runs; run++)
        {
            double observed = Share(prompts, share * se + (1 - share) * (1 - sp)),
                sensitivity = Share(yes, se),
                specificity = Share(no, sp);
            var interval = RoganGladen.Interval(observed, prompts, sensitivity, yes, specificity, no);
            if (interval.Low <= share && share <= interval.High)
                held++;
        }
        Assert.InRange(held / (double)runs, 0.93, 0.97);

        double Share(int count, double p) => Enumerable.Range(0, count).Count(_ => random.NextDouble() < p) / (double)count;
    }

    /// <summary>
    /// The whole way: a population whose judge errs, a sample with as many of each verdict, errors estimated with weights, compliance
    /// corrected by them, in 1,000 such runs. What is drawn by verdict moves with the share that the judge counts, which the interval does
    /// not know of, so with one arm it is longer than it need be; without the weights it would miss the truth more often.
    /// </summary>
    [Fact]
    public void Intervals_from_samples_by_verdict_hold_the_true_share()
    {
        const int runs = 1_000,
            prompts = 400,
            each = 50;
        const double compliance = 0.85,
            se = 0.9,
            sp = 0.8;
        var random = new RandomStream(11, "coverage.strata");
        int held = 0,
            unweighted = 0;
        for (int run = 0; run < runs; run++)
        {
            (bool Truth, bool Judged)[] all =
            [
                .. Enumerable
                    .Range(0, prompts)
                    .Select(_ =>
                    {
                        bool truth = random.NextDouble() < compliance;
                        return (truth, random.NextDouble() < (truth ? se : 1 - sp));
                    }),
            ];
            (int Stratum, double Weight, bool Truth, bool Judged)[] sample =
            [
                .. all.GroupBy(c => c.Judged)
                    .SelectMany(g =>
                        g.Take(each).Select(c => (g.Key ? 1 : 0, (double)g.Count() / Math.Min(each, g.Count()), c.Truth, c.Judged))
                    ),
            ];
            double observed = all.Count(c => c.Judged) / (double)prompts;
            if (Holds(sample))
                held++;
            if (Holds([.. sample.Select(s => s with { Weight = 1 })]))
                unweighted++;

            bool Holds((int Stratum, double Weight, bool Truth, bool Judged)[] drawn)
            {
                var sensitivity = StratifiedShare.Of([.. drawn.Select(s => (s.Stratum, s.Weight, s.Truth, s.Judged))]);
                var specificity = StratifiedShare.Of([.. drawn.Select(s => (s.Stratum, s.Weight, !s.Truth, !s.Judged))]);
                var interval = RoganGladen.Interval(
                    observed,
                    prompts,
                    sensitivity.Share,
                    sensitivity.Effective,
                    specificity.Share,
                    specificity.Effective
                );
                return interval.Low <= compliance && compliance <= interval.High;
            }
        }
        Assert.InRange(held / (double)runs, 0.95, 1);
        Assert.InRange(unweighted / (double)runs, 0, 0.9);
    }
}
