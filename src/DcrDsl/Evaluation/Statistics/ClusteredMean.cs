namespace DcrDsl.Evaluation.Statistics;

/// <summary>
/// The mean of scores that come in clusters, e.g. several prompts of one topic or several paraphrases of one prompt, with a standard error
/// that respects them (E. Miller, "Adding Error Bars to Evals", 2024). For two arms, give it the differences per prompt.
/// </summary>
/// <param name="Count">The number of scores n.</param>
/// <param name="Clusters">The number of clusters G.</param>
/// <param name="Mean">The mean of the scores; NaN for none.</param>
/// <param name="StandardError">
/// The clustered error, √(se² + Σ e_i e_j / n²) over the ordered pairs i ≠ j within a cluster, where se is the unclustered error and
/// e = score − mean. With singleton clusters it is the unclustered error; with few clusters it is too small, with one meaningless.
/// NaN for n &lt; 2.
/// </param>
/// <param name="UnclusteredStandardError">√(Σe² / ((n − 1) n)), as if the scores were independent; NaN for n &lt; 2.</param>
/// <param name="Cr0StandardError">√(Σ_clusters (Σe)² / n²), the sandwich estimator without correction.</param>
/// <param name="Cr1StandardError">√(G/(G − 1)) times the former; NaN for one cluster.</param>
/// <param name="Interval">mean ± Φ⁻¹((1 + level)/2) times the clustered error.</param>
sealed record ClusteredMean(
    int Count,
    int Clusters,
    double Mean,
    double StandardError,
    double UnclusteredStandardError,
    double Cr0StandardError,
    double Cr1StandardError,
    Interval Interval
)
{
    /// <summary>Mean and errors. A NaN among the scores makes them all NaN.</summary>
    /// <typeparam name="TCluster">What names a cluster: compared for equality only.</typeparam>
    /// <param name="scores">[n] scores, any unit.</param>
    /// <param name="clusters">[n] the cluster of each score, in any order.</param>
    /// <param name="level">The confidence level, e.g. 0.95.</param>
    /// <exception cref="ArgumentException">There are not as many clusters as scores.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The level is not strictly between 0 and 1.</exception>
    public static ClusteredMean Of<TCluster>(IReadOnlyList<double> scores, IReadOnlyList<TCluster> clusters, double level = 0.95)
        where TCluster : notnull
    {
        if (scores.Count != clusters.Count)
            throw new ArgumentException($"Each score needs the name of its cluster, not {scores.Count} scores and {clusters.Count} names.");
        int n = scores.Count;
        double mean = n == 0 ? double.NaN : SampleMean.Centre(scores),
            total = (double)n * n;
        double squares = scores.Sum(score => (score - mean) * (score - mean));
        double[] sums = [.. scores.Zip(clusters).GroupBy(pair => pair.Second, pair => pair.First - mean).Select(errors => errors.Sum())];

        double cr0 = sums.Sum(sum => sum * sum) / total;
        double cr1 = cr0 * sums.Length / (sums.Length - 1);
        // Σe_i e_j over i ≠ j is (Σe)² − Σe², so the clustered variance is a sum of two squares and never negative.
        double clustered = cr0 + squares / (total * (n - 1));
        return new(
            n,
            sums.Length,
            mean,
            Math.Sqrt(clustered),
            Math.Sqrt(squares / ((n - 1.0) * n)),
            Math.Sqrt(cr0),
            Math.Sqrt(cr1),
            Gaussian.IntervalAround(mean, Math.Sqrt(clustered), level)
        );
    }
}
