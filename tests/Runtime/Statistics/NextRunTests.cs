using DcrDsl.Data;
using DcrDsl.Evaluation.Statistics;

namespace DcrDsl.Runtime.Tests.Statistics;

/// <summary>Power: against published numbers, and against runs that are simulated.</summary>
public class NextRunTests
{
    /// <summary>Paired t test, d = 0.5, two-sided 5 %: 34 pairs have a power of 0.8078, 33 less than 0.8 (as G*Power 3.1).</summary>
    [Fact]
    public void Students_power_is_the_published_one()
    {
        var run = new NextRun(double.NaN, 1, 0);
        Assert.Equal(0.8077775, run.Power(1, 34, 0.5, 0.05), 1e-6);
        Assert.Equal(34, run.Prompts(1, 0.5, 0.8, 0.05));
        Assert.Null(run.Seeds(34, 0.5, 0.8, 0.05));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(2_000)]
    public void Without_a_difference_the_power_is_the_level(int prompts) =>
        Assert.Equal(0.05, new NextRun(double.NaN, 1, 0).Power(1, prompts, 0, 0.05), 1e-7);

    [Fact]
    public void The_least_number_suffices_and_one_less_does_not()
    {
        var run = new NextRun(0.0012, 0.11, 0.2);
        int seeds = run.Seeds(200, 0.08, 0.8, 0.05)!.Value,
            prompts = run.Prompts(5, 0.08, 0.8, 0.05)!.Value;
        Assert.True(run.Power(seeds, 200, 0.08, 0.05) >= 0.8);
        Assert.True(run.Power(seeds - 1, 200, 0.08, 0.05) < 0.8);
        Assert.True(run.Power(5, prompts, 0.08, 0.05) >= 0.8);
        Assert.True(run.Power(5, prompts - 1, 0.08, 0.05) < 0.8);
    }

    /// <summary>What seeds and prompts differ by stays, however many there are of the other.</summary>
    [Fact]
    public void No_number_is_enough_where_the_other_factor_is_in_the_way()
    {
        Assert.Null(new NextRun(0, 0.2, 0.1).Seeds(20, 0.05, 0.8, 0.05));
        Assert.Null(new NextRun(0.01, 0.2, 0.1).Prompts(3, 0.05, 0.8, 0.05));
    }

    [Fact]
    public void A_spread_known_from_few_seeds_may_be_larger()
    {
        var parts = new SeedsAndPrompts(3, 100, 0.1, 0.5, 0.4, 0.2);
        // The lower fifth of chi-square with 2 degrees of freedom is −2 ln 0.8.
        Assert.Equal((0.5 * 2 / (-2 * Math.Log(0.8)) - 0.2) / 100, NextRun.Pessimistic(parts).SeedVariance, 1e-9);
    }

    [Theory]
    [InlineData(3, 60, 0.02)]
    [InlineData(6, 60, 0.02)]
    [InlineData(6, 60, 0)]
    public void The_power_is_that_of_simulated_runs(int seeds, int prompts, double seedVariance)
    {
        var run = new NextRun(seedVariance, 0.1, 0.3);
        double difference = 2.5 * Math.Sqrt(seedVariance / seeds + 0.1 / prompts + 0.3 / seeds / prompts);
        const int runs = 1_500;
        int found = Enumerable
            .Range(0, runs)
            .Count(i =>
                SeedsAndPrompts
                    .Of(SimulatedRun.Normal(new RandomStream(7, "power", i), seeds, prompts, difference, seedVariance, 0.1, 0.3))
                    .Estimate()
                    .Interval()
                    is not { Low: <= 0, High: >= 0 }
            );
        Assert.Equal(run.Power(seeds, prompts, difference, 0.05), found / (double)runs, 0.035);
    }
}
