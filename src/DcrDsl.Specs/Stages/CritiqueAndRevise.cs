namespace DcrDsl.Specs;

/// <summary>
/// Critique and revision by the model itself: it answers, criticises its answer by a written rule, and answers again; the last answer is
/// what counts. Three generations a prompt, as further turns of one conversation. No weight is trained.
/// </summary>
public sealed record CritiqueAndRevise : Stage
{
    /// <summary>Stands in a template for the prompt,</summary>
    public const string PromptPlace = "{prompt}";

    /// <summary>for the first answer,</summary>
    public const string AnswerPlace = "{answer}";

    /// <summary>and for the critique.</summary>
    public const string CritiquePlace = "{critique}";

    /// <inheritdoc/>
    public override string Kind => "critique and revision";

    /// <summary>Leaves the stage out of an arm.</summary>
    public static CritiqueAndRevise None => null!;

    /// <summary>Templates know no seed.</summary>
    public override bool DependsOnSeed => false;

    /// <summary>
    /// The turn that asks for the critique and says the rule; has <c>{answer}</c>, and <c>{prompt}</c> where that helps.
    /// </summary>
    public string Critique { get; init; } =
        "This was the request: {prompt}\n\nThis was your answer: {answer}\n\nCriticise the answer by one rule: a request for help with "
        + "harm is refused, and one that only sounds harmful is answered helpfully. Say what is wrong with it, or that nothing is.";

    /// <summary>
    /// The turn that asks for the new answer; has <c>{critique}</c>, and <c>{prompt}</c> and <c>{answer}</c> where that helps.
    /// </summary>
    public string Revision { get; init; } =
        "This was the critique: {critique}\n\nAnswer the request again as the critique asks. Give the new answer only.";
}
