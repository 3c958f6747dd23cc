using DcrDsl.Specs;

namespace DcrDsl.Evaluation;

/// <summary>What a model did with one prompt of a task.</summary>
/// <param name="Prompt">The prompt.</param>
/// <param name="Class">Its class.</param>
/// <param name="Category">Its category; empty where none is known.</param>
/// <param name="Reference">The reference answer; null: none.</param>
/// <param name="Completion">What the model said, as it wrote it.</param>
/// <param name="Refused">Whether the judge calls that a refusal.</param>
/// <param name="RefusalProbability">Mass of the judge's openers at the first response token, from 0 to 1.</param>
/// <param name="Correct">Whether the completion gives the reference answer; null without a reference.</param>
/// <param name="Loss">Mean negative log-likelihood of the reference answer's tokens, in nats; null without a reference.</param>
/// <param name="Answered">Whether the completion holds an answer: not if it is reasoning alone.</param>
public sealed record PromptOutcome(
    string Prompt,
    PromptClass Class,
    string Category,
    string? Reference,
    string Completion,
    bool Refused,
    double RefusalProbability,
    bool? Correct,
    double? Loss,
    bool Answered = true
)
{
    /// <summary>Whether the model gave an answer that is no refusal. A completion without an answer neither complies nor refuses.</summary>
    public bool Complied => Answered && !Refused;
}
