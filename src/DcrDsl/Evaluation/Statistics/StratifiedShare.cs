namespace DcrDsl.Evaluation.Statistics;

/// <summary>
/// A share within a part of a population, from a sample that was drawn stratum by stratum: a ratio of two weighted sums (W. G. Cochran,
/// "Sampling Techniques", 1977, 6.11).
/// </summary>
/// <param name="Share">The share; NaN: nothing of the part was drawn.</param>
/// <param name="Drawn">How many of the part were drawn.</param>
/// <param name="Effective">How many drawn from the part alone would say it as surely; without strata, as many as were.</param>
readonly record struct StratifiedShare(double Share, int Drawn, double Effective)
{
    /// <param name="sample">
    /// Everything that was drawn: its stratum, how much of the population it stands for, whether it is of the part, and whether it counts.
    /// </param>
    public static StratifiedShare Of(IReadOnlyList<(int Stratum, double Weight, bool OfPart, bool Counts)> sample)
    {
        var part = sample.Where(s => s.OfPart).ToList();
        if (part.Count == 0)
            return new(double.NaN, 0, 0);
        double size = part.Sum(s => s.Weight),
            share = Math.Clamp(part.Where(s => s.Counts).Sum(s => s.Weight) / size, 0, 1);
        bool alike = part.All(s => s.Weight == part[0].Weight);
        if (alike)
            return new(part.Count(s => s.Counts) / (double)part.Count, part.Count, part.Count);
        // Of the ratio's residuals (counts − share) within a stratum, those outside the part being 0.
        double variance = sample
            .GroupBy(s => s.Stratum)
            .Where(stratum => stratum.Count() > 1)
            .Sum(stratum =>
            {
                double[] residuals = [.. stratum.Select(s => s.OfPart ? (s.Counts ? 1 : 0) - share : 0)];
                double mean = residuals.Average(),
                    spread = residuals.Sum(r => (r - mean) * (r - mean)) / (residuals.Length - 1);
                double weight = stratum.First().Weight;
                return weight * weight * residuals.Length * spread;
            });
        double alone = share * (1 - share) * size * size;
        // Where nothing varies, by how unequal the weights are (L. Kish, "Survey Sampling", 1965).
        double effective = alone > 0 && variance > 0 ? alone / variance : size * size / part.Sum(s => s.Weight * s.Weight);
        return new(share, part.Count, effective);
    }

    /// <summary>Wilson's 95 % interval, for as many as say it as surely.</summary>
    public Interval Interval95 =>
        Drawn == 0
            ? Interval.Undefined
            : Proportion.WilsonOfMean(Share, Math.Max(1, (int)Math.Round(Math.Min(Effective, int.MaxValue / 2))));
}
