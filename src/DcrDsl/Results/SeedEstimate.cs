using DcrDsl.Evaluation.Statistics;

namespace DcrDsl.Results;

/// <summary>A metric of one arm over seeds.</summary>
/// <param name="Values">The value at each seed.</param>
public sealed record SeedEstimate(IReadOnlyDictionary<int, double> Values)
{
    readonly SampleMean sample = SampleMean.Of([.. Values.Values]);

    /// <summary>How many prompts each value is a share of; null where the metric is no share.</summary>
    internal Func<int>? Prompts { get; init; }

    /// <summary>The number of seeds.</summary>
    public int Count => sample.Count;

    /// <summary>The mean over seeds.</summary>
    public double Mean => sample.Mean;

    /// <summary>The standard deviation over seeds, with n − 1; NaN for one seed.</summary>
    public double StandardDeviation => sample.StandardDeviation;

    /// <summary>Whether several seeds gave one and the same value, of which Student's interval would have no width.</summary>
    public bool SeedsAgree => sample.StandardDeviation == 0;

    /// <summary>
    /// Student's 95 % interval of the mean; NaN for one seed. Where all seeds gave the same value, which says nothing of how sure it is,
    /// Wilson's interval over the
    /// prompts of one seed in its place, or NaN if the metric is no share of prompts.
    /// </summary>
    public Interval Interval95 => SeedsAgree ? OverPrompts : sample.Interval;

    /// <summary>Half the width of <see cref="Interval95"/>; NaN for one seed.</summary>
    public double HalfWidth95 => (Interval95.High - Interval95.Low) / 2;

    /// <summary>
    /// The paired difference over the seeds that both have. Where it is the same at every seed, its interval is made of the two intervals
    /// over prompts as if they were
    /// independent, or is not defined, and there is no p.
    /// </summary>
    public static PairedDifference operator -(SeedEstimate a, SeedEstimate b)
    {
        int[] shared = [.. a.Values.Keys.Where(b.Values.ContainsKey).Order()];
        SeedEstimate ownA = a.At(shared),
            ownB = b.At(shared);
        var difference = PairedDifference.Of([.. ownA.Values.Values], [.. ownB.Values.Values]);
        return difference.StandardDeviation != 0
            ? difference
            : difference with
            {
                Interval = Interval.OfDifference(ownA.Mean, ownA.OverPrompts, ownB.Mean, ownB.OverPrompts),
                T = double.NaN,
                P = double.NaN,
            };
    }

    Interval OverPrompts => Prompts is { } count ? Proportion.WilsonOfMean(Mean, count()) : Interval.Undefined;

    SeedEstimate At(int[] seeds) =>
        new(new OrderedDictionary<int, double>(seeds.Select(s => KeyValuePair.Create(s, Values[s])))) { Prompts = Prompts };
}
