using DcrDsl.Evaluation;

namespace DcrDsl.Plans;

/// <summary>What one task measured on an arm, over seeds.</summary>
public sealed class TaskResults
{
    readonly string task;
    readonly Func<Func<TaskOutcome, double?>, SeedEstimate> over;

    internal TaskResults(string task, Func<Func<TaskOutcome, double?>, SeedEstimate> over) => (this.task, this.over) = (task, over);

    /// <summary>Share of prompts that were answered; not for toxic prompts.</summary>
    /// <exception cref="InputException">The task does not measure it.</exception>
    public SeedEstimate ComplianceRate => Over(t => t.ComplianceRate, "compliance");

    /// <summary>Share of prompts that were refused; for toxic prompts only.</summary>
    /// <exception cref="InputException">The task does not measure it.</exception>
    public SeedEstimate DefenceSuccessRate => Over(t => t.DefenceSuccessRate, "defence");

    /// <summary>Mean refusal probability.</summary>
    public SeedEstimate RefusalProbability => Over(t => t.RefusalProbability, "the refusal probability");

    /// <summary>Share of prompts answered with the reference's content; for prompts with answers only.</summary>
    /// <exception cref="InputException">The task does not measure it.</exception>
    public SeedEstimate Accuracy => Over(t => t.Accuracy, "accuracy");

    /// <summary>Mean negative log-likelihood of the reference answers, in nats per token; for prompts with answers only.</summary>
    /// <exception cref="InputException">The task does not measure it.</exception>
    public SeedEstimate Loss => Over(t => t.Loss, "the loss of answers");

    SeedEstimate Over(Func<TaskOutcome, double?> value, string what) =>
        over(t => value(t) ?? throw new InputException($"The task {task} does not measure {what}."));
}
