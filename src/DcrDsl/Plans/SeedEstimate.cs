using DcrDsl.Evaluation;

namespace DcrDsl.Plans;

/// <summary>A metric of one arm over seeds.</summary>
/// <param name="Values">The value at each seed.</param>
public sealed record SeedEstimate(IReadOnlyDictionary<int, double> Values)
{
    readonly SampleMean sample = SampleMean.Of([.. Values.Values]);

    /// <summary>The number of seeds.</summary>
    public int Count => sample.Count;

    /// <summary>The mean over seeds.</summary>
    public double Mean => sample.Mean;

    /// <summary>The standard deviation over seeds, with n − 1; NaN for one seed.</summary>
    public double StandardDeviation => sample.StandardDeviation;

    /// <summary>Student's 95 % interval of the mean; NaN for one seed.</summary>
    public Interval Interval95 => sample.Interval;

    /// <summary>Half the width of <see cref="Interval95"/>; NaN for one seed.</summary>
    public double HalfWidth95 => (Interval95.High - Interval95.Low) / 2;

    /// <summary>The paired difference over the seeds that both have.</summary>
    public static PairedDifference operator -(SeedEstimate a, SeedEstimate b)
    {
        int[] shared = [.. a.Values.Keys.Where(b.Values.ContainsKey).Order()];
        return PairedDifference.Of([.. shared.Select(s => a.Values[s])], [.. shared.Select(s => b.Values[s])]);
    }
}
