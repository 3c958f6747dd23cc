using DcrDsl.Specs;

namespace DcrDsl.Reports;

/// <summary>A number of a run as one row of a tidy table: a line of <c>report.csv</c>.</summary>
/// <param name="Section">What kind of number it is.</param>
/// <param name="Arm">The arm.</param>
/// <param name="Against">The arm that it is compared with; null: the number is the arm's own.</param>
/// <param name="Values">The labels of the swept values, by axis.</param>
/// <param name="Metric">The metric, as <see cref="Specs.Metric"/> names it, or what a task measures.</param>
/// <param name="Task">The task; null: all tasks of a class.</param>
/// <param name="Seed">The seed; null: over all seeds, or no seed changes it.</param>
/// <param name="Estimate">The number in its own unit: shares from 0 to 1.</param>
/// <param name="Low">The lower end of its 95 % interval; NaN: there is none.</param>
/// <param name="High">The upper end of its 95 % interval; NaN: there is none.</param>
/// <param name="Over">What the interval is over.</param>
/// <param name="Count">The number of seeds behind it; 0 where no seed changes it.</param>
public sealed record ResultRow(
    RowSection Section,
    string Arm,
    string? Against,
    IReadOnlyDictionary<string, string> Values,
    string Metric,
    string? Task,
    int? Seed,
    double Estimate,
    double Low,
    double High,
    IntervalOver Over,
    int Count
)
{
    /// <summary>The p value of no difference, corrected with its family; NaN: it is not tested.</summary>
    public double P { get; init; } = double.NaN;

    /// <summary>Which of two runs that are compared it is of: A or B; null: there is one.</summary>
    public string? Run { get; init; }
}

/// <summary>What kind of number a row is.</summary>
public enum RowSection
{
    /// <summary>A metric of an arm.</summary>
    Results,

    /// <summary>What a task measures of an arm.</summary>
    Tasks,

    /// <summary>A metric of an arm less that of the reference, paired by seed.</summary>
    Differences,

    /// <summary>A comparison of the declared family.</summary>
    Comparisons,
}

/// <summary>What an interval is for.</summary>
public enum IntervalOver
{
    /// <summary>There is no interval.</summary>
    Nothing,

    /// <summary>Other seeds.</summary>
    Seeds,

    /// <summary>Other prompts.</summary>
    Prompts,

    /// <summary>Other seeds and other prompts.</summary>
    SeedsAndPrompts,
}
