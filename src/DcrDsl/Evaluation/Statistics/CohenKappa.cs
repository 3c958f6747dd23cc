namespace DcrDsl.Evaluation.Statistics;

/// <summary>How much a disagreement of two judges counts, by the distance of the labels' ranks.</summary>
enum KappaWeights
{
    /// <summary>Every disagreement counts 1.</summary>
    Unweighted,

    /// <summary>|i − j|: for ordered labels.</summary>
    Linear,

    /// <summary>(i − j)²: for ordered labels, where far misses are much worse.</summary>
    Quadratic,
}

/// <summary>
/// Cohen's kappa: the agreement of two judges beyond chance (Educational and Psychological Measurement 20, 1960; weighted: Psychological
/// Bulletin 70, 1968).
/// </summary>
static class CohenKappa
{
    /// <summary>
    /// κ = 1 − Σ w O / Σ w E over the confusion matrix O and its expectation E = (row sum × column sum) / n; unweighted this is
    /// (pₒ − pₑ) / (1 − pₑ). NaN where chance alone explains everything: a single label in both, or no item.
    /// </summary>
    /// <param name="a">[items] labels of the first judge; weights use the rank of a label among all labels seen.</param>
    /// <param name="b">[items] labels of the second judge, in the same order of items.</param>
    /// <param name="weights">How much a disagreement counts.</param>
    /// <param name="times">[items] how often each item is there; null: once.</param>
    /// <exception cref="ArgumentException">The judges have different numbers of labels.</exception>
    public static double Of(
        IReadOnlyList<int> a,
        IReadOnlyList<int> b,
        KappaWeights weights = KappaWeights.Unweighted,
        IReadOnlyList<int>? times = null
    )
    {
        var confusion = ConfusionMatrix.Of(a, b, times);
        int size = confusion.Labels.Count;
        double observed = 0,
            expected = 0;
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < size; j++)
            {
                double weight = Weight(i - j);
                observed += weight * confusion[i, j];
                expected += weight * confusion.RowSum(i) * confusion.ColumnSum(j) / (double)confusion.Count;
            }
        }
        return 1 - observed / expected;

        double Weight(int distance) =>
            weights switch
            {
                KappaWeights.Unweighted => distance == 0 ? 0 : 1,
                KappaWeights.Linear => Math.Abs(distance),
                KappaWeights.Quadratic => (double)distance * distance,
                _ => throw new ArgumentOutOfRangeException(nameof(weights), weights, "Kappa has no such weights."),
            };
    }
}
