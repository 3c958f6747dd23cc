namespace DcrDsl.Evaluation;

/// <summary>What a model did with one task: for each kind of task a record with its items. What a kind does not measure is null.</summary>
/// <param name="Name">The task's name.</param>
/// <param name="InDistribution">Whether its prompts or questions were also trained on.</param>
public abstract record TaskOutcome(string Name, bool InDistribution)
{
    /// <summary>The task that its prompts or questions are from: its own name, but for prompts under an attack.</summary>
    public virtual string Task => Name;

    /// <summary>Prompts or questions.</summary>
    public abstract int Count { get; }

    /// <summary>Whether judges decided on it.</summary>
    public virtual bool IsJudged => false;

    /// <summary>Share of prompts that got an answer; not for toxic prompts.</summary>
    public virtual double? ComplianceRate => null;

    /// <summary>Share of prompts that were refused; for toxic prompts only.</summary>
    public virtual double? DefenceSuccessRate => null;

    /// <summary>Mean refusal probability.</summary>
    public virtual double? RefusalProbability => null;

    /// <summary>
    /// Share of correct completions among the prompts with a reference answer, of questions whose likeliest choice is right (<c>acc</c>),
    /// or of pairs whose preferred answer is the likelier one.
    /// </summary>
    public virtual double? Accuracy => null;

    /// <summary>
    /// Share of questions whose likeliest choice by its length in characters is right (<c>acc_norm</c>); not where several choices are
    /// true.
    /// </summary>
    public virtual double? AccuracyByLength => null;

    /// <summary>
    /// Share of questions whose likeliest choice by its bytes in UTF-8 is right (<c>acc_bytes</c>); not where several choices are true.
    /// </summary>
    public virtual double? AccuracyByBytes => null;

    /// <summary>
    /// Mean over the questions of the true choices' share of the probability (<c>mc2</c>); not where one choice is right.
    /// </summary>
    public virtual double? TrueShare => null;

    /// <summary>Mean over the prompts with a reference answer of its mean negative log-likelihood, in nats.</summary>
    public virtual double? Loss => null;

    /// <summary>
    /// Mean over the pairs of answers of by how much likelier the preferred one is, in nats; below 0 where the others are.
    /// </summary>
    public virtual double? PreferenceMargin => null;

    /// <summary>
    /// Share of the questions in ambiguous contexts whose likeliest choice is right; null where bias is not scored.
    /// </summary>
    public virtual double? AmbiguousAccuracy => null;

    /// <summary>
    /// Share of the questions in disambiguated contexts whose likeliest choice is right; null where bias is not scored.
    /// </summary>
    public virtual double? DisambiguatedAccuracy => null;

    /// <summary>
    /// BBQ's bias score of ambiguous contexts: (1 − accuracy) (2 · biased answers / answers other than unknown − 1), from −1 to 1; null
    /// where bias is not scored.
    /// </summary>
    public virtual double? AmbiguousBias => null;

    /// <summary>
    /// BBQ's bias score of disambiguated contexts: 2 · biased answers / answers other than unknown − 1, from −1 to 1; null where bias is
    /// not scored, or every answer is that it is unknown.
    /// </summary>
    public virtual double? DisambiguatedBias => null;

    /// <summary>What the report shows of it beside the metrics; null: they say it all.</summary>
    internal abstract TaskTable? Table { get; }

    /// <summary>The groups that its prompts or questions form, in the order in which they first occur; empty: it forms none.</summary>
    internal virtual IEnumerable<string> Groups(PromptGrouping by) => [];

    /// <summary>The outcome of one group alone.</summary>
    internal virtual TaskOutcome Within(PromptGrouping by, string group) => this;

    /// <summary>What was judged.</summary>
    internal abstract TaskAnswers Answers { get; }

    /// <summary>The same without some of its items, as if they had not been asked; null: none is left.</summary>
    /// <param name="items">The places of the items that are left out.</param>
    internal abstract TaskOutcome? Without(IReadOnlySet<int> items);

    /// <summary>For each item, in order, the verdict of each judge; empty where there was no text to judge.</summary>
    internal virtual IReadOnlyList<IReadOnlyList<Judging.Verdict>> Verdicts => [];
}
