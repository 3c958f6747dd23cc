using DcrDsl.Evaluation.Judging;

namespace DcrDsl.Evaluation.Choices;

/// <summary>What a model thinks of the choices of one multiple-choice task's questions. There is no text, so nothing is judged.</summary>
/// <param name="Name">The task's name.</param>
/// <param name="Items">The questions' likelihoods, in the task's order.</param>
/// <param name="InDistribution">Whether the questions were also trained on.</param>
public sealed record ChoiceAnswers(string Name, IReadOnlyList<ChoiceOutcome> Items, bool InDistribution = false)
    : TaskAnswers(Name, InDistribution)
{
    /// <inheritdoc/>
    public override int Count => Items.Count;

    internal override bool HasText => false;

    internal override IReadOnlyList<JudgedText> Texts => [];

    internal override TaskOutcome Outcome(IReadOnlyList<IReadOnlyList<Verdict>> verdicts) =>
        new ChoiceTaskOutcome(Name, Items, InDistribution);

    internal override IEnumerable<AnswerLine> Lines => Items.Select(i => ChoiceLine.Of(this, i));
}
