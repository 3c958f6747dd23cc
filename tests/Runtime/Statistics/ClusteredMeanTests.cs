using CsCheck;
using DcrDsl.Evaluation.Statistics;

namespace DcrDsl.Runtime.Tests.Statistics;

public class ClusteredMeanTests
{
    static readonly Gen<(double Score, int Cluster)[]> Scored = Gen.Select(Gen.Double[-1, 1], Gen.Int[0, 6]).Array[2, 25];

    [Fact]
    public void The_clustered_variance_adds_the_cross_terms_within_clusters() =>
        Scored.Sample(scored =>
        {
            int n = scored.Length;
            double mean = scored.Average(s => s.Score),
                cross = 0;
            for (int i = 0; i < n; i++)
            {
                for (int j = 0; j < n; j++)
                {
                    if (i != j && scored[i].Cluster == scored[j].Cluster)
                        cross += (scored[i].Score - mean) * (scored[j].Score - mean);
                }
            }
            double independent = scored.Sum(s => Math.Pow(s.Score - mean, 2)) / ((n - 1.0) * n);
            var result = Of(scored);
            Approximately.Equal(independent, Math.Pow(result.UnclusteredStandardError, 2));
            Approximately.Equal(independent + cross / n / n, Math.Pow(result.StandardError, 2), absolute: 1e-14);
            Approximately.Equal(mean, (result.Interval.Low + result.Interval.High) / 2, absolute: 1e-14);
            Approximately.Equal(2 * 1.959963984540054 * result.StandardError, result.Interval.High - result.Interval.Low, absolute: 1e-14);
        });

    [Fact]
    public void The_names_and_the_order_of_clusters_do_not_matter() =>
        Scored.Sample(scored =>
        {
            var reversed = ClusteredMean.Of(
                [.. scored.Select(s => s.Score).Reverse()],
                [.. scored.Select(s => $"topic {-s.Cluster}").Reverse()]
            );
            Approximately.Equal(Of(scored).StandardError, reversed.StandardError, absolute: 1e-14);
            Assert.Equal(Of(scored).Clusters, reversed.Clusters);
        });

    [Fact]
    public void Without_two_scores_there_is_no_error()
    {
        var one = ClusteredMean.Of([0.5], ["a"]);
        Assert.Equal(
            (0.5, double.NaN, double.NaN, Interval.Undefined),
            (one.Mean, one.StandardError, one.UnclusteredStandardError, one.Interval)
        );
        var none = ClusteredMean.Of<int>([], []);
        Assert.Equal((0, double.NaN, double.NaN), (none.Count, none.Mean, none.StandardError));
    }

    [Fact]
    public void Each_score_needs_a_cluster() => Assert.Throws<ArgumentException>(() => ClusteredMean.Of([1, 2], ["a"]));

    static ClusteredMean Of((double Score, int Cluster)[] scored) =>
        ClusteredMean.Of([.. scored.Select(s => s.Score)], [.. scored.Select(s => s.Cluster)]);
}
