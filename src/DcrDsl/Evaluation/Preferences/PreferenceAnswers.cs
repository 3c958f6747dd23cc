using DcrDsl.Evaluation.Judging;

namespace DcrDsl.Evaluation.Preferences;

/// <summary>What a model thinks of the pairs of one task. There is no text of its own, so nothing is judged.</summary>
/// <param name="Name">The task's name.</param>
/// <param name="Items">The pairs' likelihoods, in the task's order.</param>
/// <param name="InDistribution">Whether the pairs were also trained on.</param>
public sealed record PreferenceAnswers(string Name, IReadOnlyList<PreferenceOutcome> Items, bool InDistribution = false)
    : TaskAnswers(Name, InDistribution)
{
    /// <inheritdoc/>
    public override int Count => Items.Count;

    internal override bool HasText => false;

    internal override IReadOnlyList<JudgedText> Texts => [];

    internal override TaskOutcome Outcome(IReadOnlyList<IReadOnlyList<Verdict>> verdicts) =>
        new PreferenceTaskOutcome(Name, Items, InDistribution);

    internal override IEnumerable<AnswerLine> Lines => Items.Select(i => PreferenceLine.Of(this, i));
}
