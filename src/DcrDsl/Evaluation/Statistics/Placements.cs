namespace DcrDsl.Evaluation.Statistics;

/// <summary>DeLong's placement values of one score: where each prompt lies among those of the other class.</summary>
/// <param name="Positives">[n₁] V₁₀, the share of negatives below each positive, ties counting half.</param>
/// <param name="Negatives">[n₀] V₀₁, the share of positives above each negative, ties counting half.</param>
sealed record Placements(double[] Positives, double[] Negatives)
{
    /// <summary>The mean placement, which is the area under the ROC curve; NaN without both classes.</summary>
    public double Area => Positives.Length == 0 || Negatives.Length == 0 ? double.NaN : Positives.Average();

    /// <summary>
    /// From ranks: a positive's rank among all, less its rank among the positives, counts the negatives below it. NaN, all of them, where a
    /// class is missing or a score is NaN.
    /// </summary>
    public static Placements Of(IReadOnlyList<bool> labels, IReadOnlyList<double> scores)
    {
        if (labels.Count != scores.Count)
            throw new ArgumentException($"Each score needs a label, not {scores.Count} scores and {labels.Count} labels.");
        return Of(Class(true), Class(false));

        double[] Class(bool label) => [.. scores.Where((_, i) => labels[i] == label)];
    }

    /// <summary>The same of scores that lie apart by class. Reports compute them thousands of times, hence the loops.</summary>
    public static Placements Of(double[] positives, double[] negatives)
    {
        double[] above = new double[positives.Length],
            below = new double[negatives.Length];
        if (positives.Any(double.IsNaN) || negatives.Any(double.IsNaN))
        {
            Array.Fill(above, double.NaN);
            Array.Fill(below, double.NaN);
            return new(above, below);
        }
        int[] ranks = Ranks.Doubled([.. positives, .. negatives]);
        int[] among1 = Ranks.Doubled(positives),
            among0 = Ranks.Doubled(negatives);
        double n1 = positives.Length,
            n0 = negatives.Length;
        for (int i = 0; i < above.Length; i++)
            above[i] = (ranks[i] - among1[i]) / (2 * n0);
        for (int i = 0; i < below.Length; i++)
            below[i] = 1 - (ranks[above.Length + i] - among0[i]) / (2 * n1);
        return new(above, below);
    }

    /// <summary>The differences of the placements of two scores of the same prompts.</summary>
    public Placements Minus(Placements other) =>
        new([.. Positives.Zip(other.Positives, (x, y) => x - y)], [.. Negatives.Zip(other.Negatives, (x, y) => x - y)]);

    /// <summary>cov(V₁₀)/n₁ + cov(V₀₁)/n₀, with n − 1 in the denominators; NaN with fewer than two prompts in a class.</summary>
    public double Covariance(Placements other) =>
        Covariance(Positives, other.Positives) / Positives.Length + Covariance(Negatives, other.Negatives) / Negatives.Length;

    static double Covariance(double[] a, double[] b)
    {
        if (a.Length < 2)
            return double.NaN;
        double meanA = SampleMean.Centre(a),
            meanB = SampleMean.Centre(b);
        return a.Zip(b, (x, y) => (x - meanA) * (y - meanB)).Sum() / (a.Length - 1);
    }
}
