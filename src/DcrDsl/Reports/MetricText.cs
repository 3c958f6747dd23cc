using DcrDsl.Evaluation.Measures;
using DcrDsl.Evaluation.Statistics;
using DcrDsl.Results;
using DcrDsl.Specs;

namespace DcrDsl.Reports;

/// <summary>How a metric of a run is named and written.</summary>
/// <param name="Name">Its name in tables.</param>
/// <param name="Row">What is known of it.</param>
sealed record MetricText(string Name, MetricRow Row)
{
    /// <summary>What it is, in a few words.</summary>
    public string Meaning => Row.Meaning;

    /// <summary>What a value is multiplied with: 100 for shares, which are written in percent.</summary>
    public double Factor => Row.Unit.Factor;

    /// <summary>Digits behind the point.</summary>
    public int Digits => Row.Unit.Digits;

    /// <summary>Whether values are shares, from 0 to 100 %.</summary>
    public bool IsShare => Row.Unit == MetricUnit.Share;

    /// <summary>The name with its unit, for the head of a column.</summary>
    public string Head => IsShare ? Name + ", %" : Name;

    /// <summary>The name with the unit of differences.</summary>
    public string DifferenceHead => IsShare ? Name + ", points" : Name;

    /// <summary>
    /// The metric as a run has measured it: where it compares answers, with the rule by which it does.
    /// </summary>
    public static MetricText Of(Metric metric, RunResults run)
    {
        var text = Of(metric, run.Experiment.MatchedDefence);
        return text.Row.ComparesAnswers && JudgeText.Comparison(run) is { Length: > 0 } rule
            ? text with
            {
                Name = $"{text.Name} ({rule})",
            }
            : text;
    }

    public static MetricText Of(Metric metric, double matchedDefence = 0.95)
    {
        var row = MetricTable.Of(metric);
        return new(row.Name(matchedDefence), row);
    }

    /// <summary>A value in the metric's unit, without the unit.</summary>
    public string Value(double value) => Numbers.Of(value * Factor, Digits);

    /// <summary>A value with its unit: "62.3 %".</summary>
    public string ValueWithUnit(double value) => IsShare ? Value(value) + " %" : Value(value);

    /// <summary>A difference with its sign.</summary>
    public string Difference(double value) => Numbers.Signed(value * Factor, Digits);

    /// <summary>An interval in the metric's unit.</summary>
    public string Interval(Interval interval) => Numbers.Interval(interval.Times(Factor), Digits);
}
