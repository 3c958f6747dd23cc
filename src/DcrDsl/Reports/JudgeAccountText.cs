using System.Globalization;
using DcrDsl.Evaluation.Judging;
using DcrDsl.Results;
using DcrDsl.Wording;

namespace DcrDsl.Reports;

/// <summary>What judges asked of somebody, and what that cost, in words.</summary>
static class JudgeAccountText
{
    /// <summary>The accounts of a run's judges, by their names, over all cells.</summary>
    public static IEnumerable<(string Judge, JudgeAccount Account)> Of(RunResults run) =>
        run
            .Cells.SelectMany(c => run.Scores(c).Judges)
            .Where(j => j.Account is not null)
            .GroupBy(j => j.Name, j => j.Account!)
            .Select(own => (own.Key, own.Aggregate((sum, next) => sum.With(next))));

    /// <summary>
    /// "360 completions asked about, 40 answers given now (51,234 tokens in, 3,456 out, 0.0123 USD), 320
    /// known from before".
    /// </summary>
    public static string Of(JudgeAccount account) => Of(account, "completion", "they count neither as an answer nor as a refusal");

    /// <summary>The same of pairs of answers, each of which is asked about in both orders.</summary>
    public static string OfPairs(JudgeAccount account) => Of(account, "pair", "they are left out");

    static string Of(JudgeAccount account, string item, string consequence)
    {
        string cost = account.Cost is { } money ? string.Create(CultureInfo.InvariantCulture, $", {money:0.####} {account.Currency}") : "";
        string tokens =
            account.InputTokens + account.OutputTokens + (account.Cost ?? 0) > 0
                ? string.Create(CultureInfo.InvariantCulture, $" ({account.InputTokens:N0} tokens in, {account.OutputTokens:N0} out{cost})")
                : "";
        string undecided =
            account.Undecided == 0
                ? ""
                : $"; {English.Count(account.Undecided, item)} undecided, as the answers could not be read: {consequence}";
        return $"{English.Count(account.Questions, item)} asked about, {English.Count(account.Requests, "answer")} given now"
            + $"{tokens}, {Numbers.Of(account.Kept, 0)} known from before{undecided}";
    }
}
