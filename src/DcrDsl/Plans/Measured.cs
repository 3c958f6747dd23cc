using DcrDsl.Evaluation;
using DcrDsl.Specs;

namespace DcrDsl.Plans;

/// <summary>Reads the metrics of an experiment off a cell's scores.</summary>
static class Measured
{
    /// <summary>The metrics that the scores have, in the order of the experiment.</summary>
    public static OrderedDictionary<Metric, double> Of(Scores scores, ExperimentDefinition definition)
    {
        var values = new OrderedDictionary<Metric, double>();
        foreach (var metric in definition.Metrics)
            if (Value(metric, scores, definition.MatchedDefence) is { } value) values.Add(metric, value);
        return values;
    }

    /// <summary>One metric; null where the scores lack its prompts.</summary>
    public static double? Value(Metric metric, Scores scores, double matchedDefence) => metric switch
    {
        Metric.ComplianceRate => scores.ComplianceRate,
        Metric.DefenceSuccessRate => scores.DefenceSuccessRate,
        Metric.GeneralComplianceRate => scores.GeneralComplianceRate,
        Metric.ComplianceAtMatchedDefence => scores.ComplianceAtMatchedDefence(matchedDefence),
        Metric.Auc => scores.Auc,
        Metric.SeeminglyToxicRefusalProbability => scores.RefusalProbability(PromptClass.SeeminglyToxic),
        Metric.ToxicRefusalProbability => scores.RefusalProbability(PromptClass.Toxic),
        Metric.GeneralRefusalProbability => scores.RefusalProbability(PromptClass.General),
        Metric.Accuracy => scores.Accuracy,
        Metric.GeneralLoss => scores.GeneralLoss,
        _ => throw new ArgumentOutOfRangeException(nameof(metric), metric, "This metric has no formula."),
    };
}
