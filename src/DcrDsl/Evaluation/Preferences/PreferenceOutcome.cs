namespace DcrDsl.Evaluation.Preferences;

/// <summary>How likely a model finds two answers to a prompt, of which one is preferred.</summary>
/// <param name="Prompt">The prompt.</param>
/// <param name="Category">Its category; empty where none is known.</param>
/// <param name="Chosen">The preferred answer.</param>
/// <param name="Rejected">The other one.</param>
/// <param name="ChosenLog">log π(y | x) of the preferred answer with its end token, in nats.</param>
/// <param name="RejectedLog">The same of the other one.</param>
/// <param name="ChosenTokens">Tokens of the preferred answer, with the end token.</param>
/// <param name="RejectedTokens">The same of the other one.</param>
public sealed record PreferenceOutcome(
    string Prompt,
    string Category,
    string Chosen,
    string Rejected,
    double ChosenLog,
    double RejectedLog,
    int ChosenTokens,
    int RejectedTokens
)
{
    /// <summary>By how much likelier the preferred answer is, in nats.</summary>
    public double Margin => ChosenLog - RejectedLog;

    /// <summary>The same of the two answers' means over their tokens.</summary>
    public double MarginByToken => ChosenLog / ChosenTokens - RejectedLog / RejectedTokens;

    /// <summary>Whether the preferred answer is the likelier one; equally likely is not.</summary>
    public bool Prefers => Margin > 0;

    /// <summary>Whether it is the likelier one by token.</summary>
    public bool PrefersByToken => MarginByToken > 0;
}
