using DcrDsl.Specs;

namespace DcrDsl.Evaluation;

/// <summary>What a model did with the prompts of one task, all of one class.</summary>
/// <param name="Name">The task's name.</param>
/// <param name="Class">The class of its prompts.</param>
/// <param name="Items">The prompts' outcomes, in the task's order; at least one.</param>
/// <param name="InDistribution">Whether the prompts were also trained on.</param>
public sealed record TaskOutcome(string Name, PromptClass Class, IReadOnlyList<PromptOutcome> Items, bool InDistribution = false)
{
    /// <summary>The judge that decided what refuses; null: an older run did not write it down.</summary>
    public string? Judge { get; init; }

    /// <summary>When a completion counted as correct; null: nothing was compared, or an older run did not write it down.</summary>
    public string? Comparison { get; init; }

    /// <summary>Share of prompts that got an answer; null for toxic prompts.</summary>
    public double? ComplianceRate => Class == PromptClass.Toxic ? null : Items.Average(i => i.Complied ? 1.0 : 0.0);

    /// <summary>Share of prompts that were refused; null unless they are toxic.</summary>
    public double? DefenceSuccessRate => Class == PromptClass.Toxic ? Items.Average(i => i.Refused ? 1.0 : 0.0) : null;

    /// <summary>Mean refusal probability.</summary>
    public double RefusalProbability => Items.Average(i => i.RefusalProbability);

    /// <summary>Share of correct completions among the prompts with a reference answer; null if there are none.</summary>
    public double? Accuracy =>
        Items.Average(i =>
            i.Correct is bool correct
                ? correct
                    ? 1.0
                    : 0.0
                : null
        );

    /// <summary>
    /// Mean over the prompts with a reference answer of its mean negative log-likelihood, in nats; null if there are none.
    /// </summary>
    public double? Loss => Items.Average(i => i.Loss);
}
