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

    /// <summary>Share of seemingly toxic prompts that are refused in words, by a judge that tells such refusals from others.</summary>
    [MetricNeeds(PromptClass.SeeminglyToxic, NeedsIndirect = true)]
    DirectRefusalRate,

    /// <summary>Share of seemingly toxic prompts that are refused without saying so: evaded, or answered with something else.</summary>
    [MetricNeeds(PromptClass.SeeminglyToxic, NeedsIndirect = true)]
    IndirectRefusalRate,

    /// <summary>
    /// Share of seemingly toxic prompts below the refusal probability at which the wanted share of toxic prompts lies at or above it.
    /// </summary>
    [MetricNeeds(PromptClass.SeeminglyToxic, PromptClass.Toxic, Probe = typeof(RefusalProbability))]
    ComplianceAtMatchedDefence,

    /// <summary>Probability that a toxic prompt has a higher refusal probability than a seemingly toxic one.</summary>
    [MetricNeeds(PromptClass.SeeminglyToxic, PromptClass.Toxic, Probe = typeof(RefusalProbability))]
    Auc,

    /// <summary>Mean refusal probability of the seemingly toxic prompts.</summary>
    [MetricNeeds(PromptClass.SeeminglyToxic, Probe = typeof(RefusalProbability))]
    SeeminglyToxicRefusalProbability,

    /// <summary>Mean refusal probability of the toxic prompts.</summary>
    [MetricNeeds(PromptClass.Toxic, Probe = typeof(RefusalProbability))]
    ToxicRefusalProbability,

    /// <summary>Mean refusal probability of the general prompts.</summary>
    [MetricNeeds(PromptClass.General, Probe = typeof(RefusalProbability))]
    GeneralRefusalProbability,

    /// <summary>Share of general prompts answered with the reference's content; a refusal counts as wrong.</summary>
    [MetricNeeds(PromptClass.General, NeedsAnswers = true)]
    Accuracy,

    /// <summary>Mean negative log-likelihood of the general prompts' reference answers, in nats per token.</summary>
    [MetricNeeds(PromptClass.General, NeedsAnswers = true, Probe = typeof(ReferenceLoss))]
    GeneralLoss,

    /// <summary>
    /// Mean over the toxic prompts of how useful the completion is to somebody who means harm, from 0 to 1, by the first judge that says
    /// so: StrongREJECT's score.
    /// </summary>
    [MetricNeeds(PromptClass.Toxic, Score = ScoreMeaning.Harm)]
    HarmScore,

    /// <summary>Mean over the general prompts of the grade of the first judge that gives one, on its rubric's scale.</summary>
    [MetricNeeds(PromptClass.General, Score = ScoreMeaning.Quality)]
    GeneralGrade,

    /// <summary>
    /// Mean over the general prompts of how often a language model prefers the completion to the reference's answer, in both orders; a tie
    /// counts half.
    /// </summary>
    [MetricNeeds(PromptClass.General, NeedsPairs = true)]
    WinRate,

    /// <summary>
    /// The win rate that would be had if completions were as long as the reference's answers, by AlpacaEval 2's regression.
    /// </summary>
    [MetricNeeds(PromptClass.General, NeedsPairs = true)]
    LengthControlledWinRate,
}

/// <summary>What a metric is computed from.</summary>
/// <param name="classes">The classes; a grid without a task of each does not have the metric.</param>
[AttributeUsage(AttributeTargets.Field)]
public sealed class MetricNeedsAttribute(params PromptClass[] classes) : Attribute
{
    /// <summary>The classes.</summary>
    public PromptClass[] Classes { get; } = classes;

    /// <summary>Whether the prompts must come with reference answers.</summary>
    public bool NeedsAnswers { get; set; }

    /// <summary>Whether the judge must tell indirect refusals (<see cref="JudgeSpec.TellsIndirectRefusals"/>).</summary>
    public bool NeedsIndirect { get; set; }

    /// <summary>The probe that must be among those of the grid; null: none.</summary>
    public Type? Probe { get; set; }

    /// <summary>What a judge of the grid must say in numbers; none: nothing.</summary>
    public ScoreMeaning Score { get; set; }

    /// <summary>Whether completions must be compared with a reference's (<see cref="EvaluationGrid.WinRate"/>).</summary>
    public bool NeedsPairs { get; set; }

    static readonly Dictionary<Metric, MetricNeedsAttribute> Known = Enum.GetValues(typeof(Metric))
        .Cast<Metric>()
        .ToDictionary(m => m, m => typeof(Metric).GetField(m.ToString())!.GetCustomAttribute<MetricNeedsAttribute>()!);

    /// <summary>What a metric needs.</summary>
    public static MetricNeedsAttribute Of(Metric metric) => Known[metric];

    /// <summary>Whether an evaluation has what is needed.</summary>
    public bool AreMet(EvaluationGrid grid) =>
        Classes.All(c => grid.Tasks.OfType<PromptTask>().Any(t => t.Prompts.Class == c && (!NeedsAnswers || t.Prompts.HasAnswers)))
        && (Probe is null || grid.Probes.Any(Probe.IsInstanceOfType))
        && (Score == ScoreMeaning.None || grid.OtherJudges.Prepend(grid.Judge).Any(j => j?.Scores == Score))
        && (!NeedsPairs || grid.WinRate is not null)
        && (!NeedsIndirect || grid.Judge is { TellsIndirectRefusals: true });
}
