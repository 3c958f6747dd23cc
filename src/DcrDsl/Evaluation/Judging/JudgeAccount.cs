namespace DcrDsl.Evaluation.Judging;

/// <summary>What a judge that asks somebody has asked and what it cost, of one cell.</summary>
/// <param name="Questions">Completions that were asked about.</param>
/// <param name="Requests">Answers that were asked for now.</param>
/// <param name="Kept">Answers that were known from before.</param>
/// <param name="Undecided">Completions whose answers could not be read.</param>
/// <param name="InputTokens">Tokens of the questions asked now, as far as they are known.</param>
/// <param name="OutputTokens">Tokens of the answers given now.</param>
/// <param name="Cost">What these cost by the declared prices; null: there are none.</param>
/// <param name="Currency">Its currency.</param>
public sealed record JudgeAccount(
    int Questions,
    int Requests,
    int Kept,
    int Undecided,
    long InputTokens,
    long OutputTokens,
    double? Cost,
    string? Currency
)
{
    /// <summary>This and another account in one.</summary>
    public JudgeAccount With(JudgeAccount other) =>
        new(
            Questions + other.Questions,
            Requests + other.Requests,
            Kept + other.Kept,
            Undecided + other.Undecided,
            InputTokens + other.InputTokens,
            OutputTokens + other.OutputTokens,
            Cost is null && other.Cost is null ? null : (Cost ?? 0) + (other.Cost ?? 0),
            Currency ?? other.Currency
        );

    /// <summary>What this account has beyond an earlier state of it.</summary>
    internal JudgeAccount Less(JudgeAccount earlier) =>
        new(
            Questions - earlier.Questions,
            Requests - earlier.Requests,
            Kept - earlier.Kept,
            Undecided - earlier.Undecided,
            InputTokens - earlier.InputTokens,
            OutputTokens - earlier.OutputTokens,
            Cost is null ? null : Cost - (earlier.Cost ?? 0),
            Currency
        );
}
