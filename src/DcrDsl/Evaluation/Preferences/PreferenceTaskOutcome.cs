using DcrDsl.Evaluation.Leaking;
using DcrDsl.Evaluation.Measures;

namespace DcrDsl.Evaluation.Preferences;

/// <summary>Which of two answers a model prefers, over the pairs of one task.</summary>
/// <param name="Name">The task's name.</param>
/// <param name="Items">The pairs' outcomes, in the task's order; at least one.</param>
/// <param name="InDistribution">Whether the pairs were also trained on.</param>
public sealed record PreferenceTaskOutcome(string Name, IReadOnlyList<PreferenceOutcome> Items, bool InDistribution = false)
    : TaskOutcome(Name, InDistribution)
{
    /// <inheritdoc/>
    public override int Count => Items.Count;

    /// <summary>Share of pairs whose preferred answer is the likelier one.</summary>
    public override double? Accuracy => Items.Average(i => i.Prefers ? 1.0 : 0.0);

    /// <inheritdoc/>
    public override double? PreferenceMargin => Items.Average(i => i.Margin);

    internal override TaskTable Table =>
        new(
            "Preference tasks",
            "pair",
            [.. Items.Select(i => i.Category)],
            [
                Share("accuracy", "pairs whose preferred answer is the likelier one", i => i.Prefers),
                Share("accuracy by token", "the same, with log-probabilities divided by the answers' tokens", i => i.PrefersByToken),
                Nats("margin", "log-probability of the preferred answer less that of the other, in nats", i => i.Margin),
                Nats("margin by token", "the same, with log-probabilities divided by the answers' tokens", i => i.MarginByToken),
            ]
        )
        {
            Reading =
                "Preference tasks compare the log-probabilities that the model itself gives to two written answers, end token included; "
                + "nothing is generated. Longer answers are less likely, so only differences between arms are differences in preference: "
                + "β times the difference of two arms' margins is the mean reward margin of the one with the other as reference.",
        };

    TaskMeasure Share(string name, string meaning, Func<PreferenceOutcome, bool> value) =>
        new(name, meaning, MetricUnit.Share, [.. Items.Select(i => (double?)(value(i) ? 1 : 0))]) { Counts = true };

    TaskMeasure Nats(string name, string meaning, Func<PreferenceOutcome, double> value) =>
        new(name, meaning, MetricUnit.LogRatio, [.. Items.Select(i => (double?)value(i))]);

    internal override TaskOutcome? Without(IReadOnlySet<int> items) =>
        Kept.Of(Items, items) is { } kept ? this with { Items = kept } : null;

    internal override TaskAnswers Answers => new PreferenceAnswers(Name, Items, InDistribution);
}
