using DcrDsl.Results;

namespace DcrDsl.Reports;

/// <summary>An estimate over seeds as a table has it.</summary>
static class EstimateText
{
    /// <summary>
    /// "62.3 ± 4.5"; the mean alone for one seed; "100.0 (98.7…100.0)" where all seeds agree or no seed changes it, so that there is no
    /// spread to write, with the interval over prompts if it is a share of them.
    /// </summary>
    /// <param name="estimate">The estimate.</param>
    /// <param name="factor">What its values are multiplied with.</param>
    /// <param name="digits">Digits behind the point.</param>
    public static string Of(SeedEstimate estimate, double factor, int digits)
    {
        string mean = Numbers.Of(estimate.Mean * factor, digits);
        return estimate.WithoutSeed is not null && !double.IsFinite(estimate.Interval95.Low) ? mean
            : estimate.WithoutSeed is null && estimate.Count < 2 ? mean
            : estimate.WithoutSeed is not null || estimate.SeedsAgree
                ? $"{mean} ({Numbers.Interval(estimate.Interval95.Times(factor), digits)})"
            : $"{mean} ± {Numbers.Of(estimate.HalfWidth95 * factor, digits)}";
    }
}
