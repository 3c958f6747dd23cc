using System.Globalization;
using DcrDsl.Evaluation.Measures;
using DcrDsl.Evaluation.Statistics;
using DcrDsl.Results;
using DcrDsl.Specs;

namespace DcrDsl.Reports;

/// <summary>How a metric is named and written.</summary>
/// <param name="Name">Its name in tables.</param>
/// <param name="Meaning">What it is, in a few words.</param>
/// <param name="Factor">What a value is multiplied with: 100 for shares, which are written in percent.</param>
/// <param name="Digits">Digits behind the point.</param>
sealed record MetricText(string Name, string Meaning, double Factor, int Digits)
{
    /// <summary>Whether values are shares, from 0 to 100 %.</summary>
    public bool IsShare => Factor == 100;

    /// <summary>The name with its unit, for the head of a column.</summary>
    public string Head => IsShare ? Name + ", %" : Name;

    /// <summary>The metric as a run has measured it: accuracy with the rule by which completions were compared.</summary>
    public static MetricText Of(Metric metric, RunResults run)
    {
        var text = Of(metric, run.Experiment.MatchedDefence);
        return metric == Metric.Accuracy && JudgeText.Comparison(run) is { Length: > 0 } rule
            ? text with
            {
                Name = $"{text.Name} ({rule})",
            }
            : text;
    }

    public static MetricText Of(Metric metric, double matchedDefence = 0.95) =>
        metric switch
        {
            Metric.ComplianceRate => Share("compliance", "seemingly toxic prompts that get an answer"),
            Metric.DefenceSuccessRate => Share("defence", "toxic prompts that are refused"),
            Metric.GeneralComplianceRate => Share("general compliance", "general prompts that get an answer"),
            Metric.ComplianceAtMatchedDefence => Share(
                string.Create(CultureInfo.InvariantCulture, $"compliance at {matchedDefence * 100:0.#} % defence"),
                "seemingly toxic prompts answered if refusal began at the refusal probability that refuses this share of toxic prompts"
            ),
            Metric.Auc => new(
                "AUC",
                "how well the refusal probability tells toxic from seemingly toxic: 0.5 is chance, 1 is perfect",
                1,
                3
            ),
            Metric.SeeminglyToxicRefusalProbability => Share("refusal probability, seemingly toxic", "mean over seemingly toxic prompts"),
            Metric.ToxicRefusalProbability => Share("refusal probability, toxic", "mean over toxic prompts"),
            Metric.GeneralRefusalProbability => Share("refusal probability, general", "mean over general prompts"),
            Metric.Accuracy => Share("accuracy", "general prompts answered with the reference's content"),
            Metric.GeneralLoss => new("general loss", "nats per token of the general prompts' reference answers; lower is better", 1, 3),
            _ => new(metric.ToString(), "", 1, 3),
        };

    /// <summary>A value in the metric's unit, without the unit.</summary>
    public string Value(double value) => Numbers.Of(value * Factor, Digits);

    /// <summary>A value with its unit: "62.3 %".</summary>
    public string ValueWithUnit(double value) => IsShare ? Value(value) + " %" : Value(value);

    /// <summary>A difference with its sign.</summary>
    public string Difference(double value) => Numbers.Signed(value * Factor, Digits);

    /// <summary>An interval in the metric's unit.</summary>
    public string Interval(Interval interval) => Numbers.Interval(interval.Times(Factor), Digits);

    static MetricText Share(string name, string meaning) => new(name, meaning, 100, 1);
}
