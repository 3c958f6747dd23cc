using DcrDsl.Data;
using DcrDsl.Evaluation.Statistics;

namespace DcrDsl.Runtime.Tests.Statistics;

/// <summary>Seeds and prompts drawn again: against all draws there are, and against what theory says.</summary>
public class TwoLevelBootstrapTests
{
    /// <summary>
    /// Two seeds and two prompts have 16 draws; the values are powers of two, so that each set of weights has a mean of its own.
    /// </summary>
    [Fact]
    public void Crossed_draws_are_those_that_there_are()
    {
        double[][] values =
        [
            [1, 2],
            [4, 8],
        ];
        var expected = (
            from s in Pairs
            from p in Pairs
            select (values[s.A][p.A] + values[s.A][p.B] + values[s.B][p.A] + values[s.B][p.B]) / 4
        )
            .GroupBy(m => m)
            .ToDictionary(g => g.Key, g => g.Count() / 16.0);

        var drawn = TwoLevelBootstrap
            .Crossed([values], 16_000, "test")[0]
            .Distribution.GroupBy(m => m)
            .ToDictionary(g => g.Key, g => g.Count());

        Assert.Equal(expected.Keys.Order(), drawn.Keys.Order());
        Assert.All(expected, e => Assert.Equal(e.Value, drawn[e.Key] / 16_000.0, 0.012));
    }

    /// <summary>Nested, each seed that is drawn draws its own prompts: 64 draws.</summary>
    [Fact]
    public void Nested_draws_are_those_that_there_are()
    {
        double[][] values =
        [
            [1, 2],
            [4, 8],
        ];
        var expected = (
            from s in Pairs
            from p in Pairs
            from q in Pairs
            select (values[s.A][p.A] + values[s.A][p.B] + values[s.B][q.A] + values[s.B][q.B]) / 4
        )
            .GroupBy(m => m)
            .ToDictionary(g => g.Key, g => g.Count() / 64.0);

        var drawn = TwoLevelBootstrap.Nested(values, 16_000, "test").Distribution.GroupBy(m => m).ToDictionary(g => g.Key, g => g.Count());

        Assert.Equal(expected.Keys.Order(), drawn.Keys.Order());
        Assert.All(expected, e => Assert.Equal(e.Value, drawn[e.Key] / 16_000.0, 0.012));
    }

    static readonly (int A, int B)[] Pairs = [(0, 0), (0, 1), (1, 0), (1, 1)];

    /// <summary>
    /// The variance of crossed draws is (S−1)/S of that of seeds and (P−1)/P of that of prompts: with 3 seeds a third is missing, which is
    /// why the interval is too short.
    /// </summary>
    [Fact]
    public void Few_seeds_lose_their_share_of_the_variance()
    {
        double[] bySeed = [0, 3, 6];
        var seeds = TwoLevelBootstrap.Crossed(
            [
                [.. bySeed.Select(v => Enumerable.Repeat(v, 20).ToArray())],
            ],
            20_000,
            "test"
        )[0];
        Assert.Equal(6.0 / 3, Math.Pow(seeds.StandardError, 2), 0.06); // the variance over 3 instead of over 2: 6, by 3 seeds
        Assert.Equal(9.0 / 3, Math.Pow(SampleMean.Of(bySeed).StandardError, 2), 1e-12);

        double[] byPrompt = [.. Enumerable.Range(0, 40).Select(i => (double)i)];
        var prompts = TwoLevelBootstrap.Crossed(
            [
                [byPrompt, byPrompt, byPrompt],
            ],
            20_000,
            "test"
        )[0];
        double error = SampleMean.Of(byPrompt).StandardError;
        Assert.Equal(error * error * 39 / 40, Math.Pow(prompts.StandardError, 2), 0.1);
    }

    /// <summary>Sets meet the same draws, whichever stand beside them; clusters are drawn whole.</summary>
    [Fact]
    public void Sets_meet_the_same_draws_and_clusters_are_drawn_whole()
    {
        var random = new RandomStream(5, "sets");
        double[][] a = Values(),
            b = Values(),
            difference = [.. a.Zip(b, (x, y) => x.Zip(y, (v, w) => v - w).ToArray())];
        var bootstraps = TwoLevelBootstrap.Crossed([a, difference], 500, "test");
        Assert.Equal(TwoLevelBootstrap.Crossed([a], 500, "test")[0].Distribution, bootstraps[0].Distribution);
        Assert.Equal(TwoLevelBootstrap.Crossed([difference], 500, "test")[0].Percentile(), bootstraps[1].Percentile());

        int[] clusters = [.. Enumerable.Range(0, 24).Select(i => i / 6)];
        double[][] ofClusters = [.. a.Select(v => clusters.Select(c => (double)c).ToArray())];
        var means = TwoLevelBootstrap.Crossed([ofClusters], 300, "test", clusters)[0].Distribution;
        Assert.All(means, m => Assert.Equal(Math.Round(4 * m), 4 * m, 1e-12)); // four clusters: the mean is a quarter of whole numbers

        double[][] Values() => [.. Enumerable.Range(0, 4).Select(_ => Enumerable.Range(0, 24).Select(_ => random.NextNormal()).ToArray())];
    }
}
