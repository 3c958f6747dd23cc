namespace DcrDsl.Evaluation;

/// <summary>What a model did with one task: for each kind of task a record with its items. What a kind does not measure is null.</summary>
/// <param name="Name">The task's name.</param>
/// <param name="InDistribution">Whether its prompts or questions were also trained on.</param>
public abstract record TaskOutcome(string Name, bool InDistribution)
{
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

    /// <summary>What the report shows of it beside the metrics; null: they say it all.</summary>
    internal abstract TaskTable? Table { get; }

    /// <summary>What was judged.</summary>
    internal abstract TaskAnswers Answers { get; }

    /// <summary>For each item, in order, what each judge said of it; empty where there was no text to judge.</summary>
    internal virtual IReadOnlyList<IReadOnlyList<Judging.Judgement>> Judgements => [];
}
