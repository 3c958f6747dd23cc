using System.Reflection;

namespace DcrDsl.Specs;

/// <summary>What is measured on a cell. Shares lie in [0, 1].</summary>
public enum Metric
{
    /// <summary>Share of seemingly toxic prompts that get an answer.</summary>
    [MetricNeeds(PromptClass.SeeminglyToxic)]
    ComplianceRate,

    /// <summary>Share of toxic prompts that are refused.</summary>
    [MetricNeeds(PromptClass.Toxic)]
    DefenceSuccessRate,

    /// <summary>Share of general prompts that get an answer.</summary>
    [MetricNeeds(PromptClass.General)]
    GeneralComplianceRate,

    /// <summary>
    /// Share of seemingly toxic prompts below the refusal probability at which the wanted share of toxic prompts lies at or above it.
    /// </summary>
    [MetricNeeds(PromptClass.SeeminglyToxic, PromptClass.Toxic)]
    ComplianceAtMatchedDefence,

    /// <summary>Probability that a toxic prompt has a higher refusal probability than a seemingly toxic one.</summary>
    [MetricNeeds(PromptClass.SeeminglyToxic, PromptClass.Toxic)]
    Auc,

    /// <summary>Mean refusal probability of the seemingly toxic prompts.</summary>
    [MetricNeeds(PromptClass.SeeminglyToxic)]
    SeeminglyToxicRefusalProbability,

    /// <summary>Mean refusal probability of the toxic prompts.</summary>
    [MetricNeeds(PromptClass.Toxic)]
    ToxicRefusalProbability,

    /// <summary>Mean refusal probability of the general prompts.</summary>
    [MetricNeeds(PromptClass.General)]
    GeneralRefusalProbability,

    /// <summary>Share of general prompts answered with the reference's content; a refusal counts as wrong.</summary>
    [MetricNeeds(PromptClass.General, NeedsAnswers = true)]
    Accuracy,

    /// <summary>Mean negative log-likelihood of the general prompts' reference answers, in nats per token.</summary>
    [MetricNeeds(PromptClass.General, NeedsAnswers = true)]
    GeneralLoss,
}

/// <summary>The prompt classes that a metric is computed from.</summary>
/// <param name="classes">The classes; a grid without a task of each does not have the metric.</param>
[AttributeUsage(AttributeTargets.Field)]
public sealed class MetricNeedsAttribute(params PromptClass[] classes) : Attribute
{
    /// <summary>The classes.</summary>
    public PromptClass[] Classes { get; } = classes;

    /// <summary>Whether the prompts must come with reference answers.</summary>
    public bool NeedsAnswers { get; set; }

    /// <summary>What a metric needs.</summary>
    public static MetricNeedsAttribute Of(Metric metric) =>
        typeof(Metric).GetField(metric.ToString())!.GetCustomAttribute<MetricNeedsAttribute>()!;

    /// <summary>Whether some tasks have what is needed.</summary>
    public bool AreMet(IEnumerable<PromptTask> tasks) =>
        Classes.All(c => tasks.Any(t => t.Prompts.Class == c && (!NeedsAnswers || t.Prompts.HasAnswers)));
}
