namespace DcrDsl.Specs;

/// <summary>
/// What a report concludes from the numbers: which arms are compared by which metrics, how their p values are corrected, within which
/// margin defence counts as unchanged, and what the next run shall be able to see. It changes reports only: no stage runs again for it.
/// </summary>
public sealed record Inference
{
    /// <summary>The comparisons that are made, whose p values are corrected together.</summary>
    [NoEffectOnResult]
    public ComparisonFamily Family { get; init; } = new();

    /// <summary>How p values of the family are corrected for being many.</summary>
    [NoEffectOnResult]
    public Correction Correction { get; init; } = Correction.Holm;

    /// <summary>
    /// Within how much of the reference's an arm's defence counts as unchanged, as a share: it is called so only where the test of
    /// equivalence shows it.
    /// </summary>
    [NoEffectOnResult, Range(0, 1, ExclusiveMinimum = true)]
    public double Margin { get; init; } = 0.05;

    /// <summary>
    /// What prompts have in common that makes their answers alike, for errors that respect it: <c>category</c>, <c>language</c>
    /// or <c>source</c>, as they are kept with the answers. Null: prompts count as independent.
    /// </summary>
    [NoEffectOnResult]
    public string? Clusters { get; init; }

    /// <summary>The difference that the next run shall see, in the metric's unit: 0.05 is five points of a share.</summary>
    [NoEffectOnResult, Range(0, 1, ExclusiveMinimum = true)]
    public double Difference { get; init; } = 0.05;

    /// <summary>The probability with which it shall see it.</summary>
    [NoEffectOnResult, Range(0.05, 0.999)]
    public double Power { get; init; } = 0.8;

    /// <summary>How often the bootstrap draws seeds and prompts again.</summary>
    [NoEffectOnResult, Range(100, 100_000)]
    public int Resamples { get; init; } = 2_000;
}

/// <summary>Comparisons that belong together: each pair of arms by each metric, at each combination of the axes' values.</summary>
public sealed record ComparisonFamily
{
    /// <summary>Which pairs of arms are compared.</summary>
    [NoEffectOnResult]
    public ArmPairs Pairs { get; init; } = ArmPairs.AgainstReference;

    /// <summary>The names of the arms that are compared; none: all.</summary>
    [NoEffectOnResult]
    public ValueList<string> Arms { get; init; } = ValueList<string>.Empty;

    /// <summary>The metrics by which they are; none: compliance and defence, as far as the tasks give them.</summary>
    [NoEffectOnResult]
    public ValueList<Metric> Metrics { get; init; } = ValueList<Metric>.Empty;
}

/// <summary>Which pairs of arms a family compares.</summary>
public enum ArmPairs
{
    /// <summary>Each arm with the reference.</summary>
    AgainstReference,

    /// <summary>Each arm with each.</summary>
    All,
}

/// <summary>How the p values of a family are corrected for being many.</summary>
public enum Correction
{
    /// <summary>Holm's: the chance of any false finding in the family is at most 5 %.</summary>
    Holm,

    /// <summary>Bonferroni's: the same promise, and never smaller p values than Holm's.</summary>
    Bonferroni,

    /// <summary>Benjamini and Hochberg's: of the findings at most 5 % are expected to be false.</summary>
    BenjaminiHochberg,

    /// <summary>None: the report says that the p values are not corrected.</summary>
    None,
}
