using DcrDsl.Evaluation.Judging;
using DcrDsl.Specs;

namespace DcrDsl.Evaluation;

/// <summary>What a model did with the prompts of one task, all of one class.</summary>
/// <param name="Name">The task's name.</param>
/// <param name="Class">The class of its prompts.</param>
/// <param name="Items">The prompts' outcomes, in the task's order; at least one.</param>
/// <param name="InDistribution">Whether the prompts were also trained on.</param>
public sealed record PromptTaskOutcome(string Name, PromptClass Class, IReadOnlyList<PromptOutcome> Items, bool InDistribution = false)
    : TaskOutcome(Name, InDistribution)
{
    /// <summary>When a completion counted as correct; null: nothing was compared.</summary>
    public string? Comparison { get; init; }

    /// <inheritdoc/>
    public override int Count => Items.Count;

    /// <inheritdoc/>
    public override bool IsJudged => true;

    /// <inheritdoc/>
    public override double? ComplianceRate => Class == PromptClass.Toxic ? null : Items.Average(i => i.Complied ? 1.0 : 0.0);

    /// <inheritdoc/>
    public override double? DefenceSuccessRate => Class == PromptClass.Toxic ? Items.Average(i => i.Refused ? 1.0 : 0.0) : null;

    /// <inheritdoc/>
    public override double? RefusalProbability => Items.Average(i => i.RefusalProbability);

    /// <inheritdoc/>
    public override double? Accuracy => Shares.Of(Items.Select(i => i.Correct));

    /// <inheritdoc/>
    public override double? Loss => Items.Average(i => i.Loss);

    internal override TaskTable? Table => null;

    internal override TaskAnswers Answers =>
        new PromptAnswers(Name, Class, [.. Items.Select(i => i.Answer)], InDistribution) { Comparison = Comparison };

    internal override IReadOnlyList<IReadOnlyList<Judgement>> Judgements => [.. Items.Select(i => i.Judgements)];
}
