namespace DcrDsl.Evaluation.Statistics;

/// <summary>
/// Values over seeds crossed with prompts (the same prompts at every seed), such as the differences of two arms, taken apart: in the model
/// mean + seed + prompt + rest, with both factors drawn at random, the mean squares of the two-way analysis of variance without
/// replication (H. Scheffé, "The Analysis of Variance", 1959, chapter 7).
/// </summary>
/// <param name="Seeds">S, at least 1.</param>
/// <param name="Prompts">P, at least 1.</param>
/// <param name="Mean">The mean over all.</param>
/// <param name="SeedSquare">MS of seeds, P Σ (mean of the seed − mean)² / (S − 1); NaN for one seed.</param>
/// <param name="PromptSquare">MS of prompts, S Σ (mean of the prompt − mean)² / (P − 1); NaN for one prompt.</param>
/// <param name="RestSquare">MS of what is left, with (S − 1)(P − 1) degrees of freedom; NaN for one seed or prompt.</param>
sealed record SeedsAndPrompts(int Seeds, int Prompts, double Mean, double SeedSquare, double PromptSquare, double RestSquare)
{
    /// <summary>The degrees of freedom of <see cref="PromptSquare"/>: P − 1, or one less than there are clusters.</summary>
    public double PromptFreedom { get; init; } = Prompts - 1;

    /// <summary>
    /// How many times larger the variance of the mean over prompts is for their clusters; 1 without clusters, NaN where it is 0 / 0.
    /// </summary>
    public double DesignEffect { get; init; } = 1;

    /// <summary>How many clusters there are; null: prompts are taken as independent.</summary>
    public int? Clusters { get; init; }

    /// <summary>The variance between seeds, not negative; NaN for one seed.</summary>
    public double SeedVariance => Math.Max(0, (SeedSquare - RestSquare) / Prompts);

    /// <summary>The variance between prompts, not negative; of one seed, what the rest adds included.</summary>
    public double PromptVariance => Seeds == 1 ? PromptSquare : Math.Max(0, (PromptSquare - RestSquare) / Seeds);

    /// <summary>The variance of what is left; 0 for one seed, where it cannot be told from that of prompts.</summary>
    public double RestVariance => Seeds == 1 ? 0 : RestSquare;

    /// <summary>Takes values apart.</summary>
    /// <param name="values">[seeds][prompts] values, in the same order of prompts at every seed.</param>
    /// <param name="clusters">
    /// [prompts] the cluster of each prompt, from 0; null: prompts are independent. With them the square of prompts is that of
    /// the clustered
    /// error (<see cref="ClusteredMean.Cr1StandardError"/>) of the prompts' means.
    /// </param>
    /// <exception cref="ArgumentException">There is no value, or seeds have different numbers of prompts.</exception>
    public static SeedsAndPrompts Of(IReadOnlyList<double[]> values, IReadOnlyList<int>? clusters = null)
    {
        int s = values.Count,
            p = s == 0 ? 0 : values[0].Length;
        if (p == 0 || values.Any(v => v.Length != p))
            throw new ArgumentException("Seeds that are crossed with prompts have the same prompts, and at least one.", nameof(values));
        double[] ofSeeds = [.. values.Select(v => SampleMean.Centre(v))],
            ofPrompts = new double[p];
        foreach (double[] row in values)
            for (int i = 0; i < p; i++)
                ofPrompts[i] += row[i] / s;
        double mean = SampleMean.Centre(ofSeeds),
            betweenSeeds = p * ofSeeds.Sum(m => (m - mean) * (m - mean)) / (s - 1),
            betweenPrompts = s * ofPrompts.Sum(m => (m - mean) * (m - mean)) / (p - 1),
            rest = 0;
        for (int seed = 0; seed < s; seed++)
        for (int i = 0; i < p; i++)
        {
            double left = values[seed][i] - ofSeeds[seed] - ofPrompts[i] + mean;
            rest += left * left;
        }
        var parts = new SeedsAndPrompts(s, p, mean, betweenSeeds, betweenPrompts, s == 1 ? double.NaN : rest / (s - 1) / (p - 1));
        if (clusters is null)
            return parts;
        var clustered = ClusteredMean.Of(ofPrompts, clusters);
        double square = clustered.Cr1StandardError * clustered.Cr1StandardError;
        return parts with
        {
            PromptSquare = square * s * p,
            PromptFreedom = clustered.Clusters - 1,
            DesignEffect = square / (clustered.UnclusteredStandardError * clustered.UnclusteredStandardError),
            Clusters = clustered.Clusters,
        };
    }

    /// <summary>
    /// The mean as an estimate for other seeds and other prompts. The squared error from seeds is max(MS seeds, MS rest) / SP, with S − 1
    /// degrees of freedom, or those of the rest where it is the larger; that from prompts max(0, MS prompts − MS rest) / SP with
    /// P − 1: what
    /// prompts have in common at all seeds. With one seed it speaks of other prompts only; with one prompt, or one cluster, no error is
    /// known.
    /// </summary>
    /// <param name="isShare">
    /// Whether values are differences of shares: the error is then at least that of Bonett and Price, who add a prompt to each side, so
    /// that arms that differ on no prompt do not pass for certainty.
    /// </param>
    public UncertainMean Estimate(bool isShare = false)
    {
        double n = Prompts + 2.0,
            least = isShare ? 2 / (n * n) : 0;
        if (Prompts == 1 || PromptFreedom < 1)
            return UncertainMean.Without(Mean);
        if (Seeds == 1)
            return UncertainMean.Of(Mean, Math.Sqrt(Math.Max(PromptSquare / Prompts, least)), PromptFreedom);
        bool seedsDiffer = SeedSquare > RestSquare;
        double values = (double)Seeds * Prompts,
            ofSeeds = Math.Max(SeedSquare, RestSquare) / values,
            ofPrompts = Math.Max(Math.Max(0, PromptSquare - RestSquare) / values, least - ofSeeds);
        return new(
            Mean,
            Math.Sqrt(ofSeeds),
            seedsDiffer ? Seeds - 1 : (Seeds - 1.0) * (Prompts - 1.0),
            Math.Sqrt(ofPrompts),
            PromptFreedom
        );
    }
}
