using DcrDsl.Specs;

namespace DcrDsl.Results;

/// <summary>What a report concludes: an <see cref="Inference"/> as a run folder keeps it.</summary>
/// <param name="Pairs">Which pairs of arms are compared.</param>
/// <param name="Arms">The arms that are; none: all.</param>
/// <param name="Metrics">The metrics by which; none: compliance and defence.</param>
/// <param name="Correction">How p values are corrected for being many.</param>
/// <param name="Margin">Within how much of the reference's an arm's defence counts as unchanged.</param>
/// <param name="Clusters">The column that says which prompts belong together; null: none.</param>
/// <param name="Difference">The difference that the next run shall see.</param>
/// <param name="Power">The probability with which it shall.</param>
/// <param name="Resamples">How often the bootstrap draws.</param>
public sealed record InferenceRecord(
    ArmPairs Pairs,
    IReadOnlyList<string> Arms,
    IReadOnlyList<Metric> Metrics,
    Correction Correction,
    double Margin,
    string? Clusters,
    double Difference,
    double Power,
    int Resamples
)
{
    /// <summary>A declared inference.</summary>
    internal static InferenceRecord Of(Inference inference) =>
        new(
            inference.Family.Pairs,
            [.. inference.Family.Arms],
            [.. inference.Family.Metrics],
            inference.Correction,
            inference.Margin,
            inference.Clusters,
            inference.Difference,
            inference.Power,
            inference.Resamples
        );

    /// <summary>What cannot be concluded so; null: nothing.</summary>
    internal string? Fault() =>
        Margin is not (> 0 and <= 1) ? "inference.margin lies above 0 and is at most 1"
        : Difference is not (> 0 and <= 1) ? "inference.difference lies above 0 and is at most 1"
        : Power is not (>= 0.05 and <= 0.999) ? "inference.power lies from 0.05 to 0.999"
        : Resamples is not (>= 100 and <= 100_000) ? "inference.resamples lies from 100 to 100,000"
        : null;
}
