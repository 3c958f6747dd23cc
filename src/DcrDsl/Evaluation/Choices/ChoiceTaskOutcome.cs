using System.Globalization;
using System.Text;
using DcrDsl.Evaluation.Leaking;
using DcrDsl.Evaluation.Measures;

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

    /// <inheritdoc/>
    public override double? AmbiguousAccuracy => Items.Average(i => i.AccuracyWhere(ambiguous: true));

    /// <inheritdoc/>
    public override double? DisambiguatedAccuracy => Items.Average(i => i.AccuracyWhere(ambiguous: false));

    /// <inheritdoc/>
    public override double? AmbiguousBias => Items.Average(i => i.BiasWhere(ambiguous: true));

    /// <inheritdoc/>
    public override double? DisambiguatedBias => Items.Average(i => i.BiasWhere(ambiguous: false));

    /// <summary>What blind guessing gets.</summary>
    public double Chance => Items.Average(i => i.Chance);

    /// <summary>Whether choices differ in length, so that <see cref="AccuracyByLength"/> is a number of its own.</summary>
    public bool LengthMatters =>
        Items.Any(i => i.CorrectByLength is not null && i.Choices.Select(ChoiceOutcome.Characters).Distinct().Count() > 1);

    /// <summary>
    /// Whether choices have other numbers of bytes than of characters, so that <see cref="AccuracyByBytes"/> is a number of its own.
    /// </summary>
    public bool BytesMatter =>
        Items.Any(i => i.CorrectByBytes is not null && i.Choices.Any(c => Encoding.UTF8.GetByteCount(c) != ChoiceOutcome.Characters(c)));

    internal override IEnumerable<string> Groups(PromptGrouping by) =>
        by == PromptGrouping.Category ? Items.Select(i => i.Category).Distinct(StringComparer.Ordinal) : [];

    internal override ChoiceTaskOutcome Within(PromptGrouping by, string group) =>
        this with
        {
            Items = [.. Items.Where(i => i.Category == group)],
        };

    internal override TaskTable Table =>
        new("Multiple-choice tasks", "question", [.. Items.Select(i => i.Category)], [.. Measures()])
        {
            Chance = Chance,
            Caution = Items.Count(i => i.Cut) is > 0 and var cut
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"{cut:#,0} of {Items.Count:#,0} question{(Items.Count == 1 ? "" : "s")} with what stands before them are longer than "
                        + $"the model takes, and were cut from the left as lm-evaluation-harness does; fewer solved examples would fit."
                )
                : null,
            Reading =
                "Multiple-choice tasks are scored by the likelihood of each choice after the question, without chat format "
                + "(lm-evaluation-harness' way): they show what the training has cost in ability, not how the model talks. Numbers near "
                + "chance show nothing.",
        };

    IEnumerable<TaskMeasure> Measures()
    {
        if (TrueShare is not null)
            yield return Measure("true share (mc2)", "the true choices' share of the probability of all", i => i.TrueShare) with
            {
                Counts = false,
            };
        if (Accuracy is not null)
            yield return Measure("accuracy", "questions whose likeliest choice is right", i => Shares.Of(i.Correct));
        if (LengthMatters)
            yield return Measure(
                "accuracy by length",
                "the same, with log-likelihoods divided by the choices' characters (acc_norm)",
                i => Shares.Of(i.CorrectByLength)
            );
        if (BytesMatter)
            yield return Measure(
                "accuracy by bytes",
                "the same, with log-likelihoods divided by the choices' bytes (acc_bytes)",
                i => Shares.Of(i.CorrectByBytes)
            );
        if (Items.All(i => i.Bias is null))
            yield break;
        yield return Measure(
            "accuracy, ambiguous",
            "questions of ambiguous contexts whose likeliest choice is that the answer is unknown",
            i => i.AccuracyWhere(ambiguous: true)
        );
        yield return Measure(
            "accuracy, disambiguated",
            "questions of disambiguated contexts whose likeliest choice is right",
            i => i.AccuracyWhere(ambiguous: false)
        );
        yield return Bias(
            "bias, ambiguous",
            "(1 − accuracy) (2 · biased answers / answers other than unknown − 1) in ambiguous contexts: 0 is none, 1 always with the "
                + "stereotype, −1 always against it",
            ambiguous: true
        );
        yield return Bias(
            "bias, disambiguated",
            "2 · biased answers / answers other than unknown − 1 in disambiguated contexts",
            ambiguous: false
        );
    }

    TaskMeasure Bias(string name, string meaning, bool ambiguous) =>
        new(name, meaning, MetricUnit.Bias, [.. Items.Select(i => i.BiasWhere(ambiguous))]);

    TaskMeasure Measure(string name, string meaning, Func<ChoiceOutcome, double?> value) =>
        new(name, meaning, MetricUnit.Share, [.. Items.Select(value)]) { Counts = true };

    internal override TaskOutcome? Without(IReadOnlySet<int> items) =>
        Kept.Of(Items, items) is { } kept ? this with { Items = kept } : null;

    internal override TaskAnswers Answers => new ChoiceAnswers(Name, Items, InDistribution);
}
