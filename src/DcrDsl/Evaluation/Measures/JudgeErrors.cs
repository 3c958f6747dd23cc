using System.Globalization;
using DcrDsl.Evaluation.Statistics;

namespace DcrDsl.Evaluation.Measures;

/// <summary>How often a judge counts what is to be counted in a metric, and leaves out what is not.</summary>
public sealed class JudgeErrors
{
    readonly string meaning;
    readonly StratifiedShare sensitivity,
        specificity;

    internal JudgeErrors(string meaning, StratifiedShare sensitivity, StratifiedShare specificity) =>
        (this.meaning, this.sensitivity, this.specificity) = (meaning, sensitivity, specificity);

    /// <summary>Of the completions that a person counts, the share that the judge counts; NaN: none is labelled so.</summary>
    public double Sensitivity => sensitivity.Share;

    /// <summary>Its 95 % interval, Wilson's.</summary>
    public Interval SensitivityInterval95 => sensitivity.Interval95;

    /// <summary>Of the completions that a person does not count, the share that it does not count either; NaN: there are none.</summary>
    public double Specificity => specificity.Share;

    /// <summary>Its 95 % interval, Wilson's.</summary>
    public Interval SpecificityInterval95 => specificity.Interval95;

    /// <summary>Why nothing can be corrected by them, in a sentence; null: it can.</summary>
    public string? Fault =>
        sensitivity.Drawn + specificity.Drawn == 0 ? $"Of {meaning} nothing can be corrected: no completion of such prompts is labelled."
        : sensitivity.Drawn == 0
            ? $"Of {meaning} nothing can be corrected: no completion is labelled that counts, so nobody knows how many "
                + "the judge misses; label more."
        : specificity.Drawn == 0
            ? $"Of {meaning} nothing can be corrected: no completion is labelled that does not count, so nobody knows "
                + "how many the judge counts wrongly; label more."
        : !(Sensitivity + Specificity > 1)
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"Of {meaning} nothing can be corrected: by the labels the judge is no better than chance (sensitivity "
                    + $"{Sensitivity:0.00} + specificity {Specificity:0.00} is not above 1); take another judge."
            )
        : null;

    /// <summary>A share corrected for them.</summary>
    /// <param name="observed">The share that the judge counts.</param>
    /// <param name="prompts">Of how many prompts it is a share.</param>
    public CorrectedShare Correct(double observed, int prompts)
    {
        double corrected = Fault is null ? RoganGladen.Corrected(observed, Sensitivity, Specificity) : double.NaN;
        return new(
            observed,
            double.IsNaN(corrected) ? corrected : Math.Clamp(corrected, 0, 1),
            Fault is null
                ? RoganGladen.Interval(observed, prompts, Sensitivity, sensitivity.Effective, Specificity, specificity.Effective)
                : Interval.Undefined,
            corrected is < 0 or > 1
        );
    }
}

/// <summary>A share of prompts, corrected for the errors of its judge (Rogan and Gladen).</summary>
/// <param name="Observed">The share that the judge counts.</param>
/// <param name="Value">The corrected share, from 0 to 1; NaN: it cannot be corrected.</param>
/// <param name="Interval95">Its 95 % interval, of Lang and Reiczigel, from 0 to 1.</param>
/// <param name="WasClipped">Whether the corrected share lay outside 0 to 1, as chance can have it.</param>
public sealed record CorrectedShare(double Observed, double Value, Interval Interval95, bool WasClipped);
