using DcrDsl.Specs;

namespace DcrDsl.Evaluation;

/// <summary>What a model said to a prompt, and what it cost.</summary>
/// <param name="Text">
/// Its words as it wrote them, without the tokens of the chat format; behind the mark with which the format itself began its reasoning, if
/// it did.
/// </param>
/// <param name="Tokens">The new tokens, up to and including the stop token if one was reached.</param>
/// <param name="Stop">Why it ended.</param>
/// <param name="PromptTokens">Tokens that the model was given to read.</param>
public sealed record Completion(string Text, ValueList<int> Tokens, StopReason Stop, int PromptTokens);

/// <summary>Why a completion ended.</summary>
public enum StopReason
{
    /// <summary>The model ended it, with a stop token.</summary>
    StopToken,

    /// <summary>It had as many tokens as it may have.</summary>
    Length,

    /// <summary>A guard said it in the model's place; it has no tokens.</summary>
    Guard,

    /// <summary>It was ended because no judge's verdict on it could change any more (StopWhenJudged).</summary>
    Judged,
}
