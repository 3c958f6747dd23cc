using System.Text;

namespace DcrDsl.Evaluation.Choices;

/// <summary>What a model did with the questions of one multiple-choice task.</summary>
/// <param name="Name">The task's name.</param>
/// <param name="Items">The questions' outcomes, in the task's order; at least one.</param>
/// <param name="InDistribution">Whether the questions were also trained on.</param>
public sealed record ChoiceTaskOutcome(string Name, IReadOnlyList<ChoiceOutcome> Items, bool InDistribution = false)
    : TaskOutcome(Name, InDistribution)
{
    /// <inheritdoc/>
    public override int Count => Items.Count;

    /// <inheritdoc/>
    public override double? Accuracy => Shares.Of(Items.Select(i => i.Correct));

    /// <inheritdoc/>
    public override double? AccuracyByLength => Shares.Of(Items.Select(i => i.CorrectByLength));

    /// <inheritdoc/>
    public override double? AccuracyByBytes => Shares.Of(Items.Select(i => i.CorrectByBytes));

    /// <inheritdoc/>
    public override double? TrueShare => Items.Average(i => i.TrueShare);

    /// <summary>What blind guessing gets.</summary>
    public double Chance => Items.Average(i => i.Chance);

    /// <summary>Whether choices differ in length, so that <see cref="AccuracyByLength"/> is a number of its own.</summary>
    public bool LengthMatters => Items.Any(i => i.HasOneAnswer && i.Choices.Select(ChoiceOutcome.Characters).Distinct().Count() > 1);

    /// <summary>
    /// Whether choices have other numbers of bytes than of characters, so that <see cref="AccuracyByBytes"/> is a number of its own.
    /// </summary>
    public bool BytesMatter =>
        Items.Any(i => i.HasOneAnswer && i.Choices.Any(c => Encoding.UTF8.GetByteCount(c) != ChoiceOutcome.Characters(c)));

    internal override TaskAnswers Answers => new ChoiceAnswers(Name, Items, InDistribution);
}
