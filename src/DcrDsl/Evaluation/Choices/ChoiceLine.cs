using System.Text.Json.Serialization;

namespace DcrDsl.Evaluation.Choices;

/// <summary>
/// A question's line in an <see cref="AnswersFile"/>; what is chosen follows from the log-likelihoods and is written for people.
/// </summary>
[LineKind("question")]
sealed record ChoiceLine(
    string Task,
    string Category,
    string Question,
    IReadOnlyList<string> Choices,
    IReadOnlyList<bool> IsTrue,
    int Chosen,
    IReadOnlyList<double> LogLikelihoods,
    IReadOnlyList<bool> IsGreedy,
    bool HasOneAnswer,
    bool InDistribution
) : AnswerLine(Task, InDistribution)
{
    /// <summary>See <see cref="ChoiceOutcome.Cut"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Cut { get; init; }

    /// <summary>See <see cref="ChoiceOutcome.ScoresWhatFollows"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool ScoresWhatFollows { get; init; }

    /// <summary>See <see cref="ChoiceOutcome.Bias"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ChoiceBias? Bias { get; init; }

    public static ChoiceLine Of(ChoiceAnswers task, ChoiceOutcome item) =>
        new(
            task.Name,
            item.Category,
            item.Question,
            item.Choices,
            item.IsTrue,
            item.Chosen,
            item.LogLikelihoods,
            item.IsGreedy,
            item.HasOneAnswer,
            task.InDistribution
        )
        {
            Cut = item.Cut,
            ScoresWhatFollows = item.ScoresWhatFollows,
            Bias = item.Bias,
        };

    public override string? Fault() =>
        Choices.Count < 2 ? "there are fewer than two choices"
        : IsTrue.Count != Choices.Count || LogLikelihoods.Count != Choices.Count || IsGreedy.Count != Choices.Count
            ? "choices, isTrue, logLikelihoods and isGreedy differ in length"
        : !LogLikelihoods.All(double.IsFinite) ? "a log-likelihood is not a finite number"
        : !IsTrue.Contains(true) ? "no choice is true"
        : Bias is { } bias && (bias.IsBiased.Count != Choices.Count || bias.IsUnknown.Count != Choices.Count)
            ? "choices and the marks of bias differ in length"
        : Bias?.Fault(IsTrue) is { } fault ? fault
        : Outcome().Chosen != Chosen ? "chosen is not the likeliest choice"
        : null;

    public override object Common() => InDistribution;

    public override TaskAnswers Together(IEnumerable<AnswerLine> lines) =>
        new ChoiceAnswers(Task, [.. lines.Cast<ChoiceLine>().Select(l => l.Outcome())], InDistribution);

    ChoiceOutcome Outcome() =>
        new(Question, Category, Choices, IsTrue, LogLikelihoods, IsGreedy, HasOneAnswer)
        {
            Cut = Cut,
            ScoresWhatFollows = ScoresWhatFollows,
            Bias = Bias,
        };
}
