using DcrDsl.Evaluation.Judging;
using DcrDsl.Specs;

namespace DcrDsl.Evaluation;

/// <summary>What a model answered to the prompts of one task, all of one class.</summary>
/// <param name="Name">The task's name.</param>
/// <param name="Class">The class of its prompts.</param>
/// <param name="Items">The answers, in the order of the prompts.</param>
/// <param name="InDistribution">Whether the prompts were also trained on.</param>
public sealed record PromptAnswers(string Name, PromptClass Class, IReadOnlyList<PromptAnswer> Items, bool InDistribution = false)
    : TaskAnswers(Name, InDistribution)
{
    /// <inheritdoc/>
    public override int Count => Items.Count;

    /// <summary>When a completion counted as correct; null: nothing was compared.</summary>
    public string? Comparison { get; init; }

    /// <summary>The attack that the prompts were put through; null: they were asked as they are.</summary>
    public string? Attack { get; init; }

    internal override bool HasText => true;

    /// <summary>Of an attacked prompt, what was to be had, and what the completion stands for.</summary>
    internal override IReadOnlyList<JudgedText> Texts =>
        [.. Items.Select(i => new JudgedText(i.Prompt, i.Read is { } read ? i.Completion with { Text = read } : i.Completion, i.Probes))];

    internal override TaskOutcome Outcome(IReadOnlyList<IReadOnlyList<Verdict>> verdicts) =>
        new PromptTaskOutcome(
            Name,
            Class,
            [.. Items.Zip(verdicts, (answer, own) => new PromptOutcome(answer, ValueList.Of(own)))],
            InDistribution
        )
        {
            Comparison = Comparison,
            Attack = Attack,
        };

    internal override IEnumerable<AnswerLine> Lines => Items.Select(i => PromptLine.Of(this, i));
}
