using DcrDsl.Evaluation.Measures;
using DcrDsl.Evaluation.Statistics;
using DcrDsl.Specs;

namespace DcrDsl.Results.Comparing;

/// <summary>One arm against another by one metric. docs/statistics.md says what each number answers.</summary>
public sealed record ComparedArms
{
    readonly UncertainMean estimate;
    readonly SeedsAndPrompts? parts;

    // Found by halving, and asked for again and again.
    readonly Lazy<double> p;
    readonly double? adjusted;

    internal ComparedArms(
        ArmPair pair,
        Metric metric,
        ComparisonDesign design,
        UncertainMean estimate,
        SeedsAndPrompts? parts,
        PairedOutcomes? outcomes,
        int seeds
    )
    {
        (Pair, Metric, Design, Outcomes, Seeds) = (pair, metric, design, outcomes, seeds);
        (this.estimate, this.parts) = (estimate, parts);
        p = new(() => estimate.P());
    }

    /// <summary>The arm.</summary>
    public string Arm => Pair.Arm;

    /// <summary>What it is compared with.</summary>
    public string Reference => Pair.Reference;

    /// <summary>The labels of the axes' values at which both are, by axis; empty where neither takes an axis.</summary>
    public IReadOnlyDictionary<string, string> Values => Pair.Values;

    /// <summary>The metric.</summary>
    public Metric Metric { get; }

    /// <summary>What the interval speaks of.</summary>
    public ComparisonDesign Design { get; }

    /// <summary>The seeds that both arms have; 0 where no seed changes either.</summary>
    public int Seeds { get; }

    /// <summary>The prompts that both arms have, at each seed; 0 for a metric that is no mean over prompts.</summary>
    public int Prompts => Outcomes?.First[0].Length ?? 0;

    /// <summary>Arm − reference, in the metric's unit.</summary>
    public double Difference => estimate.Value;

    /// <summary>Its standard error; NaN where none is known.</summary>
    public double StandardError => estimate.StandardError;

    /// <summary>The 95 % interval of the difference, for what <see cref="Design"/> says.</summary>
    public Interval Interval95 => Interval(0.95);

    /// <summary>The 95 % percentile interval of the two-level bootstrap; NaN for a metric that is no mean over prompts.</summary>
    public Interval Bootstrap95 { get; internal init; } = Evaluation.Statistics.Interval.Undefined;

    /// <summary>The two-sided p of the hypothesis of no difference, of this comparison alone; NaN where no error is known.</summary>
    public double P => p.Value;

    /// <summary>The same, corrected over the family; as <see cref="P"/> where the comparison is in none.</summary>
    public double AdjustedP
    {
        get => adjusted ?? P;
        internal init => adjusted = value;
    }

    /// <summary>The comparisons that were corrected together, in words.</summary>
    public string Family { get; internal init; } = "this comparison alone";

    /// <summary>Whether defence is unchanged, corrected over the family of such tests; null for other metrics.</summary>
    public Equivalence? Equivalence { get; internal init; }

    /// <summary>How many clusters the prompts are in; null: they count as independent.</summary>
    public int? Clusters => parts?.Clusters;

    /// <summary>How many times larger the variance over prompts is for their clusters; 1 without, NaN where it is 0 / 0.</summary>
    public double DesignEffect => parts?.DesignEffect ?? 1;

    internal ArmPair Pair { get; }

    internal PairedOutcomes? Outcomes { get; }

    internal SeedsAndPrompts? Parts => parts;

    /// <summary>The interval of the difference at another level.</summary>
    /// <param name="level">Strictly between 0 and 1.</param>
    public Interval Interval(double level) => estimate.Interval(level);

    /// <summary>Whether the difference is shown to lie within a margin, of this comparison alone.</summary>
    /// <param name="margin">Above 0, in the metric's unit.</param>
    /// <exception cref="InputException">The margin is not above 0.</exception>
    public Equivalence EquivalentWithin(double margin)
    {
        if (!(margin > 0))
            throw new InputException(
                $"A margin of {Wording.NumberText.Shortest(margin)} holds no difference: give one above 0, e.g. 0.05."
            );
        double p = estimate.EquivalenceP(margin);
        return new(margin, Interval(0.9), p, p, "this test alone");
    }

    /// <summary>
    /// How many seeds the next run needs, with these prompts, to find a difference; null: no number is enough, as what prompts differ by
    /// stays, or no seed changes anything.
    /// </summary>
    /// <param name="difference">The true difference, in the metric's unit.</param>
    /// <param name="power">The probability to find it.</param>
    /// <param name="alpha">The level of the test.</param>
    public int? SeedsToSee(double difference, double power = 0.8, double alpha = 0.05) => Next()?.Seeds(Prompts, difference, power, alpha);

    /// <summary>How many prompts the next run needs, with as many seeds, to find a difference; null: no number is enough.</summary>
    /// <inheritdoc cref="SeedsToSee"/>
    public int? PromptsToSee(double difference, double power = 0.8, double alpha = 0.05) =>
        Next()?.Prompts(Math.Max(1, Seeds), difference, power, alpha);

    /// <summary>By what the next run is planned; null: not by prompts.</summary>
    internal NextRun? Next()
    {
        if (parts is null || Prompts < 2)
            return null;
        var next = Design == ComparisonDesign.PromptsOnly ? new(double.NaN, parts.PromptVariance, 0) : NextRun.After(parts);
        return next with { PromptVariance = next.PromptVariance + Unseen };
    }

    /// <summary>What a share's error is more than its parts say, because (nearly) no prompt differs: the same in the next run.</summary>
    internal double Unseen =>
        IsShare
            ? Math.Max(0, StandardError * StandardError - parts!.Estimate().StandardError * parts.Estimate().StandardError) * Prompts
            : 0;

    bool IsShare => MetricTable.Of(Metric).Shares is not null;
}
