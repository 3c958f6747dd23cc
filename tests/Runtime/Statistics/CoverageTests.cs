using DcrDsl.Data;
using DcrDsl.Evaluation.Statistics;

namespace DcrDsl.Runtime.Tests.Statistics;

/// <summary>
/// A quick part of what tests/Benchmarks measures at length (docs/statistics.md): how often 95 % intervals hold the truth, and how often
/// equivalence is claimed at the margin itself.
/// </summary>
public class CoverageTests
{
    const int Runs = 1_000;

    [Theory]
    [InlineData(3, 50, 0.02, 0.1)]
    [InlineData(5, 50, 0.02, 0.1)]
    [InlineData(10, 50, 0.002, 0.2)]
    [InlineData(3, 50, 0, 0.2)]
    [InlineData(3, 50, 0.05, 0)]
    public void Intervals_hold_the_truth_as_often_as_they_say(int seeds, int prompts, double seedVariance, double promptVariance)
    {
        const double truth = 0.1;
        int held = 0,
            equivalent = 0;
        for (int run = 0; run < Runs; run++)
        {
            var estimate = SeedsAndPrompts
                .Of(SimulatedRun.Normal(new RandomStream(11, "coverage", run), seeds, prompts, truth, seedVariance, promptVariance, 0.25))
                .Estimate();
            held += estimate.Interval() is { Low: <= truth, High: >= truth } ? 1 : 0;
            equivalent += estimate.EquivalenceP(truth) <= 0.05 ? 1 : 0;
        }
        Assert.InRange(held / (double)Runs, 0.93, 0.98);
        Assert.InRange(equivalent / (double)Runs, 0, 0.07);
    }

    /// <summary>The bootstrap of three seeds falls short, which is why it is not what is concluded from.</summary>
    [Fact]
    public void The_bootstrap_of_three_seeds_falls_short()
    {
        int held = 0;
        for (int run = 0; run < 200; run++)
        {
            double[][] values = SimulatedRun.Normal(new RandomStream(11, "coverage", run), 3, 50, 0.1, 0.05, 0.02, 0.25);
            held += TwoLevelBootstrap.Crossed([values], 400, "test")[0].Percentile() is { Low: <= 0.1, High: >= 0.1 } ? 1 : 0;
        }
        Assert.InRange(held, 130, 182);
    }
}
