namespace DcrDsl.Evaluation.Preferences;

/// <summary>
/// A pair's line in an <see cref="AnswersFile"/>; the margin follows from the log-probabilities and is written for people.
/// </summary>
[LineKind("pair")]
sealed record PreferenceLine(
    string Task,
    string Category,
    string Prompt,
    string Chosen,
    string Rejected,
    double Margin,
    double ChosenLog,
    double RejectedLog,
    int ChosenTokens,
    int RejectedTokens,
    bool InDistribution
) : AnswerLine(Task, InDistribution)
{
    public static PreferenceLine Of(PreferenceAnswers task, PreferenceOutcome item) =>
        new(
            task.Name,
            item.Category,
            item.Prompt,
            item.Chosen,
            item.Rejected,
            item.Margin,
            item.ChosenLog,
            item.RejectedLog,
            item.ChosenTokens,
            item.RejectedTokens,
            task.InDistribution
        );

    public override string? Fault() =>
        !double.IsFinite(ChosenLog) || !double.IsFinite(RejectedLog) ? "a log-probability is not a finite number"
        : ChosenLog > 0 || RejectedLog > 0 ? "a log-probability is above 0"
        : ChosenTokens < 1 || RejectedTokens < 1 ? "an answer has no tokens"
        : Margin != Outcome().Margin ? "margin is not the difference of the log-probabilities"
        : null;

    public override object Common() => InDistribution;

    public override TaskAnswers Together(IEnumerable<AnswerLine> lines) =>
        new PreferenceAnswers(Task, [.. lines.Cast<PreferenceLine>().Select(l => l.Outcome())], InDistribution);

    PreferenceOutcome Outcome() => new(Prompt, Category, Chosen, Rejected, ChosenLog, RejectedLog, ChosenTokens, RejectedTokens);
}
