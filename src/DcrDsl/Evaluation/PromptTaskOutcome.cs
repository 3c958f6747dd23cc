using DcrDsl.Evaluation.Judging;
using DcrDsl.Evaluation.Leaking;
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

    /// <summary>The attack that the prompts were put through; null: they were asked as they are.</summary>
    public string? Attack { get; init; }

    /// <inheritdoc/>
    public override string Task => Attack is null ? Name : Name[..^(Attack.Length + 1)];

    /// <inheritdoc/>
    public override int Count => Items.Count;

    /// <inheritdoc/>
    public override bool IsJudged => true;

    /// <inheritdoc/>
    public override double? ComplianceRate => Class == PromptClass.Toxic ? null : Items.Average(i => (double?)(i.Complied ? 1 : 0));

    /// <inheritdoc/>
    public override double? DefenceSuccessRate => Class == PromptClass.Toxic ? Items.Average(i => (double?)(i.Refused ? 1 : 0)) : null;

    /// <inheritdoc/>
    public override double? RefusalProbability => Items.Average(i => i.RefusalProbability);

    /// <inheritdoc/>
    public override double? Accuracy => Shares.Of(Items.Select(i => i.Correct));

    /// <inheritdoc/>
    public override double? Loss => Items.Average(i => i.Loss);

    internal override IEnumerable<string> Groups(PromptGrouping by) => Items.Select(i => GroupOf(i, by)).Distinct(StringComparer.Ordinal);

    internal override PromptTaskOutcome Within(PromptGrouping by, string group) =>
        this with
        {
            Items = [.. Items.Where(i => GroupOf(i, by) == group)],
        };

    string GroupOf(PromptOutcome item, PromptGrouping by) =>
        by switch
        {
            PromptGrouping.Category => item.Category,
            PromptGrouping.Language => item.Language,
            _ => item.Source.Length > 0 ? item.Source : Name,
        };

    internal override TaskTable? Table => null;

    internal override TaskOutcome? Without(IReadOnlySet<int> items) =>
        Kept.Of(Items, items) is { } kept ? this with { Items = kept } : null;

    internal override TaskAnswers Answers =>
        new PromptAnswers(Name, Class, [.. Items.Select(i => i.Answer)], InDistribution) { Comparison = Comparison, Attack = Attack };

    internal override IReadOnlyList<IReadOnlyList<Verdict>> Verdicts => [.. Items.Select(i => i.Verdicts)];
}
