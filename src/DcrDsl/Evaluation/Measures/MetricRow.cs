using System.Reflection;
using DcrDsl.Evaluation.Judging;
using DcrDsl.Specs;

namespace DcrDsl.Evaluation.Measures;

/// <summary>A metric: all that is known of it. <see cref="MetricTable"/> has one for each.</summary>
/// <param name="Metric">Its key.</param>
/// <param name="Name">Its name in tables, given the defence at which compliance is compared.</param>
/// <param name="Meaning">What it is, in a few words.</param>
/// <param name="Unit">How its values lie and are written.</param>
/// <param name="Better">Which way is better.</param>
/// <param name="Formula">
/// Its value, given the scores and the defence at which compliance is compared; null: its prompts are missing.
/// </param>
sealed record MetricRow(
    Metric Metric,
    Func<double, string> Name,
    string Meaning,
    MetricUnit Unit,
    MetricDirection Better,
    Func<Scores, double, double?> Formula
)
{
    /// <summary>A metric whose name does not depend on the run.</summary>
    public MetricRow(
        Metric metric,
        string name,
        string meaning,
        MetricUnit unit,
        MetricDirection better,
        Func<Scores, double, double?> formula
    )
        : this(metric, _ => name, meaning, unit, better, formula) { }

    /// <summary>What each prompt adds to a metric that is a mean over prompts; null for other metrics.</summary>
    public PromptMean? Mean { get; init; }

    /// <summary>
    /// A metric that compares the refusal probabilities of the toxic prompts and of the seemingly toxic ones, given the defence at which
    /// compliance is compared; null for other metrics.
    /// </summary>
    public Func<double[], double[], double, double?>? OfProbabilities { get; init; }

    /// <summary>What each prompt adds to a metric that is a share of prompts: 1 or 0; null for other metrics.</summary>
    public Func<Scores, IReadOnlyList<double>>? Shares => Mean is { IsShare: true } mean ? mean.Values : null;

    /// <summary>
    /// How many prompts stand behind a metric that lies from 0 to 1, for the interval of such a number that does not vary: for one that
    /// compares classes, those of the class it counts, or of the smaller class. Null for metrics without bounds.
    /// </summary>
    public Func<Scores, int>? Prompts { get; init; }

    /// <summary>Of a share of the prompts of its class, the verdicts that it counts; null: verdicts do not decide it.</summary>
    public Func<Verdict, bool>? Counts { get; init; }

    /// <summary>Whether judges decide it, so that another judge may give another value.</summary>
    public bool IsJudged => Counts is not null;

    /// <summary>The plot of results that shows it.</summary>
    public MetricPlot Plot { get; init; }

    /// <summary>Whether it is drawn along the axes of a sweep.</summary>
    public bool AlongAxes { get; init; }

    /// <summary>Whether its difference to the reference is drawn.</summary>
    public bool DrawnAsDifference { get; init; }

    /// <summary>Where its scale begins in plots, unless values lie below.</summary>
    public double ScaleFrom { get; init; }

    /// <summary>Whether it depends on when a completion counts as correct, so that its name says so.</summary>
    public bool ComparesAnswers { get; init; }

    /// <summary>What a grid must have to measure it.</summary>
    public MetricNeedsAttribute Needs { get; } = typeof(Metric).GetField(Metric.ToString())!.GetCustomAttribute<MetricNeedsAttribute>()!;

    /// <summary>The prompts behind it; null for metrics without bounds.</summary>
    public int? PromptsBehind(Scores scores) => Shares?.Invoke(scores).Count ?? Prompts?.Invoke(scores);
}

/// <summary>What the prompts of a class add to a metric that is a mean over them.</summary>
/// <param name="Class">The class.</param>
/// <param name="Of">What a prompt adds; null: it does not count.</param>
/// <param name="IsShare">Whether that is 1 or 0.</param>
sealed record PromptMean(PromptClass Class, Func<PromptOutcome, double?> Of, bool IsShare)
{
    /// <summary>What the number says that judges leave and a prompt adds, in place of <see cref="Of"/>; none: nothing.</summary>
    public ScoreMeaning Score { get; init; }

    /// <summary>What a prompt of some scores adds; null: it does not count.</summary>
    public Func<PromptOutcome, double?> In(Scores scores) => Score == ScoreMeaning.None ? Of : scores.Score(Score);

    /// <summary>What each prompt that counts adds, in order.</summary>
    public IReadOnlyList<double> Values(Scores scores) => [.. scores.Of(Class).Select(In(scores)).OfType<double>()];

    /// <summary>What the numbers of judges with a meaning add.</summary>
    public static PromptMean OfScores(PromptClass promptClass, ScoreMeaning meaning) =>
        new(promptClass, _ => null, IsShare: false) { Score = meaning };
}

/// <summary>How the values of a metric lie and are written.</summary>
/// <param name="Maximum">The largest value there is; the smallest is 0.</param>
/// <param name="Factor">What a value is multiplied with when it is written.</param>
/// <param name="Digits">Digits behind the point when it is written.</param>
sealed record MetricUnit(double Maximum, double Factor, int Digits)
{
    /// <summary>A share from 0 to 1, written in percent.</summary>
    public static MetricUnit Share { get; } = new(1, 100, 1);

    /// <summary>A number from 0 to 1 that is no share of anything.</summary>
    public static MetricUnit FromZeroToOne { get; } = new(1, 1, 3);

    /// <summary>Nats for each token.</summary>
    public static MetricUnit Nats { get; } = new(double.MaxValue, 1, 3);

    /// <summary>A grade on a judge's own scale.</summary>
    public static MetricUnit Grade { get; } = new(double.MaxValue, 1, 2);

    /// <summary>Nats by which one thing is likelier than another; of tasks, not of metrics, as they lie below 0 too.</summary>
    public static MetricUnit LogRatio { get; } = new(double.MaxValue, 1, 2) { Least = double.MinValue };

    /// <summary>A bias score from −1 to 1; of tasks, not of metrics, as it lies below 0 too.</summary>
    public static MetricUnit Bias { get; } = new(1, 1, 3) { Least = -1 };

    /// <summary>The smallest value there is of tasks' numbers: those without bounds may lie below 0.</summary>
    public double Least { get; private init; }

    /// <summary>Whether values lie from 0 to 1; of metrics the others are at least 0.</summary>
    public bool IsBounded => Maximum == 1 && Least == 0;
}

/// <summary>Which way a metric is better.</summary>
enum MetricDirection
{
    /// <summary>The higher the better.</summary>
    Higher,

    /// <summary>The lower the better.</summary>
    Lower,
}

/// <summary>The plots of results, in their order.</summary>
enum MetricPlot
{
    /// <summary>It stands in tables only.</summary>
    None,

    /// <summary>What is answered beside what is refused.</summary>
    Sides,

    /// <summary>Where all arms defend alike.</summary>
    Matched,

    /// <summary>Probabilities by class of prompt.</summary>
    Probabilities,
}
