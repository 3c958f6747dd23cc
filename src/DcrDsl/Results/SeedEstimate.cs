using DcrDsl.Evaluation.Statistics;

namespace DcrDsl.Results;

/// <summary>A number of one arm over seeds, or the one number that no seed changes.</summary>
public sealed record SeedEstimate
{
    readonly SampleMean sample;

    /// <summary>An estimate from values at seeds.</summary>
    /// <param name="values">The value at each seed.</param>
    public SeedEstimate(IReadOnlyDictionary<int, double> values)
        : this(values, null) { }

    SeedEstimate(IReadOnlyDictionary<int, double> values, double? withoutSeed)
    {
        (Values, WithoutSeed) = (values, withoutSeed);
        sample = SampleMean.Of(withoutSeed is { } value ? [value] : [.. values.Values]);
    }

    /// <summary>The value at each seed; empty where no seed changes it.</summary>
    public IReadOnlyDictionary<int, double> Values { get; }

    /// <summary>
    /// The value of what no seed changes, for example of a published model's greedy answers: it was run once, for all seeds. Null: the
    /// number was measured at each seed.
    /// </summary>
    public double? WithoutSeed { get; }

    /// <summary>How many prompts each value is a share of; null where the metric is no share.</summary>
    internal Func<int>? Prompts { get; init; }

    /// <summary>The number of values: of seeds, or 1 for what no seed changes.</summary>
    public int Count => sample.Count;

    /// <summary>The mean over seeds.</summary>
    public double Mean => sample.Mean;

    /// <summary>The standard deviation over seeds, with n − 1; NaN for one value.</summary>
    public double StandardDeviation => sample.StandardDeviation;

    /// <summary>Whether several seeds gave one and the same value, of which Student's interval would have no width.</summary>
    public bool SeedsAgree => sample.StandardDeviation == 0;

    /// <summary>
    /// Student's 95 % interval of the mean; NaN for one seed. Where no seed changes the number, or all seeds gave the same, which says
    /// nothing of how sure it is, Wilson's interval over the prompts of one seed in its place, or NaN if it is no share of prompts.
    /// </summary>
    public Interval Interval95 => SeedsAgree || WithoutSeed is not null ? OverPrompts(Mean) : sample.Interval;

    /// <summary>Half the width of <see cref="Interval95"/>; NaN for one seed.</summary>
    public double HalfWidth95 => (Interval95.High - Interval95.Low) / 2;

    /// <summary>Something of some cells over their seeds; a cell that no seed changes counts at each of them.</summary>
    /// <param name="cells">The cells; several of one seed are averaged.</param>
    /// <param name="value">The value of a cell.</param>
    internal static SeedEstimate Over(IEnumerable<CellRecord> cells, Func<CellRecord, double> value)
    {
        var groups = SeedGroup.Of(cells);
        return groups is [{ Seed: null } alone]
            ? new(new Dictionary<int, double>(), alone.Cells.Average(value))
            : new(new OrderedDictionary<int, double>(groups.Select(g => KeyValuePair.Create(g.Seed!.Value, g.Cells.Average(value)))), null);
    }

    /// <summary>The one number that no seed changes.</summary>
    internal static SeedEstimate OfEverySeed(double value) => new(new Dictionary<int, double>(), value);

    /// <summary>The same at the seeds that another estimate has as well.</summary>
    internal SeedEstimate Within(SeedEstimate other) =>
        WithoutSeed is not null || other.WithoutSeed is not null
            ? this
            : new(new OrderedDictionary<int, double>(Values.Where(v => other.Values.ContainsKey(v.Key))));

    /// <summary>
    /// The paired difference over the seeds that both have; what no seed changes is the same at each. Where it is the same at every seed,
    /// its interval is made of the two intervals over prompts as if they were independent, or is not defined, and there is no p.
    /// </summary>
    public static PairedDifference operator -(SeedEstimate a, SeedEstimate b)
    {
        bool noSeeds = a.WithoutSeed is not null && b.WithoutSeed is not null;
        int[] shared = [.. SharedSeeds(a, b).Order()];
        double[] ofA = noSeeds ? [a.Mean] : [.. shared.Select(a.At)],
            ofB = noSeeds ? [b.Mean] : [.. shared.Select(b.At)];
        var difference = PairedDifference.Of(ofA, ofB);
        if (difference.StandardDeviation != 0 && !noSeeds)
            return difference;
        double meanA = SampleMean.Centre(ofA),
            meanB = SampleMean.Centre(ofB);
        return difference with
        {
            Interval = Interval.OfDifference(meanA, a.OverPrompts(meanA), meanB, b.OverPrompts(meanB)),
            T = double.NaN,
            P = double.NaN,
        };
    }

    /// <summary>The difference to another at each seed that both have.</summary>
    internal IEnumerable<(int Seed, double Value)> Differences(SeedEstimate other) =>
        SharedSeeds(this, other).Select(s => (s, At(s) - other.At(s)));

    static IEnumerable<int> SharedSeeds(SeedEstimate a, SeedEstimate b) =>
        a.WithoutSeed is not null ? b.Values.Keys
        : b.WithoutSeed is not null ? a.Values.Keys
        : a.Values.Keys.Where(b.Values.ContainsKey);

    Interval OverPrompts(double mean) => Prompts is { } count ? Proportion.WilsonOfMean(mean, count()) : Interval.Undefined;

    double At(int seed) => WithoutSeed ?? Values[seed];
}
