using MathNet.Numerics.Statistics;

namespace DcrDsl.Evaluation.Statistics;

/// <summary>The interval of a bootstrap's distribution.</summary>
static class PercentileInterval
{
    // A statistic that chance leaves undefined more often than that has no interval.
    const double MostUndefined = 0.05;

    /// <summary>
    /// The 95 % percentile interval, linear between neighbours. Resamples in which the statistic is not defined are left out; where these
    /// are more than one in twenty, or nothing varies, there is none.
    /// </summary>
    /// <param name="distribution">The statistic in each resample; NaN where it is not defined.</param>
    public static Interval Of(IReadOnlyList<double> distribution)
    {
        double[] sorted = [.. distribution.Where(double.IsFinite).Order()];
        return sorted.Length == 0 || sorted.Length < (1 - MostUndefined) * distribution.Count || sorted[0] == sorted[^1]
            ? Interval.Undefined
            : new(
                SortedArrayStatistics.QuantileCustom(sorted, 0.025, QuantileDefinition.R7),
                SortedArrayStatistics.QuantileCustom(sorted, 0.975, QuantileDefinition.R7)
            );
    }
}
