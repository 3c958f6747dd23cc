using DcrDsl.Evaluation;

namespace DcrDsl.Results;

/// <summary>What one task measured on an arm, over seeds.</summary>
public sealed class TaskResults
{
    readonly string task;
    readonly Func<Func<TaskOutcome, double>, bool, SeedEstimate> over;

    readonly Func<PromptGrouping, IReadOnlyList<string>> groups;
    readonly Func<PromptGrouping, string, TaskResults> within;

    /// <param name="task">The task's name.</param>
    /// <param name="judge">Its judge.</param>
    /// <param name="over">A number of its outcome over seeds, given whether it is a share.</param>
    /// <param name="groups">The groups that its prompts form.</param>
    /// <param name="within">The results of one group.</param>
    internal TaskResults(
        string task,
        string? judge,
        Func<Func<TaskOutcome, double>, bool, SeedEstimate> over,
        Func<PromptGrouping, IReadOnlyList<string>> groups,
        Func<PromptGrouping, string, TaskResults> within
    ) => (this.task, Judge, this.over, this.groups, this.within) = (task, judge, over, groups, within);

    /// <summary>The groups that the task's prompts form; of multiple-choice tasks there are categories only.</summary>
    public IReadOnlyList<string> Groups(PromptGrouping by) => groups(by);

    /// <summary>What the task measured on one group of its prompts.</summary>
    /// <param name="by">By what prompts are put in groups.</param>
    /// <param name="group">The group, one of <see cref="Groups"/>.</param>
    /// <exception cref="InputException">There is no such group.</exception>
    public TaskResults Within(PromptGrouping by, string group) => within(by, group);

    /// <summary>
    /// The judge that decided what refuses, with its way of reading completions; null where none was asked.
    /// </summary>
    public string? Judge { get; }

    /// <summary>Share of prompts that were answered; not for toxic prompts.</summary>
    /// <exception cref="InputException">The task does not measure it.</exception>
    public SeedEstimate ComplianceRate => Over(t => t.ComplianceRate, "compliance");

    /// <summary>Share of prompts that were refused; for toxic prompts only.</summary>
    /// <exception cref="InputException">The task does not measure it.</exception>
    public SeedEstimate DefenceSuccessRate => Over(t => t.DefenceSuccessRate, "defence");

    /// <summary>Mean refusal probability; for prompts only.</summary>
    /// <exception cref="InputException">The task does not measure it.</exception>
    public SeedEstimate RefusalProbability => Over(t => t.RefusalProbability, "the refusal probability");

    /// <summary>
    /// Share of prompts answered with the reference's content, of questions whose likeliest choice is right (<c>acc</c>), or of pairs whose
    /// preferred answer is the likelier one.
    /// </summary>
    /// <exception cref="InputException">The task does not measure it.</exception>
    public SeedEstimate Accuracy => Over(t => t.Accuracy, "accuracy");

    /// <summary>
    /// Share of questions whose likeliest choice by its length in characters is right (<c>acc_norm</c>); for multiple-choice tasks only.
    /// </summary>
    /// <exception cref="InputException">The task does not measure it.</exception>
    public SeedEstimate AccuracyByLength => Over(t => t.AccuracyByLength, "accuracy by length");

    /// <summary>
    /// Share of questions whose likeliest choice by its bytes in UTF-8 is right (<c>acc_bytes</c>); for multiple-choice tasks only.
    /// </summary>
    /// <exception cref="InputException">The task does not measure it.</exception>
    public SeedEstimate AccuracyByBytes => Over(t => t.AccuracyByBytes, "accuracy by bytes");

    /// <summary>
    /// Mean share of the true choices in the probability of all (<c>mc2</c>); for multiple-choice tasks with several true choices only.
    /// </summary>
    /// <exception cref="InputException">The task does not measure it.</exception>
    public SeedEstimate TrueShare => Over(t => t.TrueShare, "the share of true choices");

    /// <summary>
    /// Share of the questions in ambiguous contexts whose likeliest choice is right; for multiple-choice tasks that score bias only.
    /// </summary>
    /// <exception cref="InputException">The task does not measure it.</exception>
    public SeedEstimate AmbiguousAccuracy => Over(t => t.AmbiguousAccuracy, "accuracy in ambiguous contexts", isShare: false);

    /// <summary>
    /// Share of the questions in disambiguated contexts whose likeliest choice is right; for multiple-choice tasks that score bias only.
    /// </summary>
    /// <exception cref="InputException">The task does not measure it.</exception>
    public SeedEstimate DisambiguatedAccuracy => Over(t => t.DisambiguatedAccuracy, "accuracy in disambiguated contexts", isShare: false);

    /// <summary>
    /// Bias score of ambiguous contexts, (1 − accuracy) (2 · biased answers / answers other than unknown − 1), from −1 to 1; for
    /// multiple-choice tasks that score bias only.
    /// </summary>
    /// <exception cref="InputException">The task does not measure it.</exception>
    public SeedEstimate AmbiguousBias => Over(t => t.AmbiguousBias, "bias in ambiguous contexts", isShare: false);

    /// <summary>
    /// Bias score of disambiguated contexts, 2 · biased answers / answers other than unknown − 1, from −1 to 1; for multiple-choice tasks
    /// that score bias only.
    /// </summary>
    /// <exception cref="InputException">The task does not measure it.</exception>
    public SeedEstimate DisambiguatedBias => Over(t => t.DisambiguatedBias, "bias in disambiguated contexts", isShare: false);

    /// <summary>Mean negative log-likelihood of the reference answers, in nats per token; for prompts with answers only.</summary>
    /// <exception cref="InputException">The task does not measure it.</exception>
    public SeedEstimate Loss => Over(t => t.Loss, "the loss of answers", isShare: false);

    /// <summary>
    /// Mean over the pairs of answers of by how much likelier the preferred one is, in nats; for preference tasks only.
    /// </summary>
    /// <exception cref="InputException">The task does not measure it.</exception>
    public SeedEstimate PreferenceMargin => Over(t => t.PreferenceMargin, "a preference margin", isShare: false);

    SeedEstimate Over(Func<TaskOutcome, double?> value, string what, bool isShare = true) =>
        over(t => value(t) ?? throw new InputException($"The task {task} does not measure {what}."), isShare);
}
