using System.Globalization;
using DcrDsl.Wording;

namespace DcrDsl.Data.Batches;

/// <summary>A prompt with two answers as tokens.</summary>
/// <param name="Chosen">With the preferred one.</param>
/// <param name="Rejected">With the other one.</param>
readonly record struct AnswerPair(EncodedText Chosen, EncodedText Rejected)
{
    /// <summary>Encodes a pair. Answers are cut from the right, and a cut one has no end token; the prompt is never cut.</summary>
    /// <param name="example">The prompt with its two answers.</param>
    /// <param name="chat">The model's tokenizer.</param>
    /// <param name="maxResponseTokens">Answers are cut after so many tokens; null: never.</param>
    /// <exception cref="InputException">
    /// An answer is missing or empty, the two are the same, whole or as far as they are compared, or a text is longer than the model takes.
    /// </exception>
    public static AnswerPair Of(Example example, IChatTokenizer chat, int? maxResponseTokens = null)
    {
        if (example.Response is not { } response || example.Rejected is not { } rejected)
            throw new InputException(
                $"{example.Origin}: the prompt '{example.Prompt}' has not two answers of which one is preferred: "
                    + $"give it a better and a worse "
                    + "one, or delete the row."
            );
        if (string.IsNullOrWhiteSpace(response) || string.IsNullOrWhiteSpace(rejected))
            throw new InputException(
                $"{example.Origin}: the {(string.IsNullOrWhiteSpace(response) ? "preferred" : "other")} answer to '{example.Prompt}' is "
                    + "empty: fill it in or delete the row."
            );
        var pair = new AnswerPair(Encoded(response), Encoded(rejected));
        if (pair.Chosen.Tokens.AsSpan().SequenceEqual(pair.Rejected.Tokens))
            throw new InputException(
                response == rejected
                    ? $"{example.Origin}: the two answers to '{example.Prompt}' are the same, so none is preferred: delete the row."
                    : $"{example.Origin}: the two answers to '{example.Prompt}' are the same as far as they are compared"
                        + $"{(maxResponseTokens is { } most ? $" ({English.Count(most, "token")})" : "")}: "
                        + $"{(maxResponseTokens is null ? "" : "raise MaxResponseTokens, or ")}delete the row."
            );
        return pair;

        EncodedText Encoded(string answer)
        {
            var text = example.Encoded(() => chat.Answered(example.Prompt, answer));
            if (maxResponseTokens is { } most && text.ResponseStart + most < text.Tokens.Length)
                text = text with { Tokens = text.Tokens[..(text.ResponseStart + most)] };
            // The last token is predicted and never read.
            if (chat.LongestText is { } longest && text.Tokens.Length - 1 > longest)
                throw new InputException(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{example.Origin}: the prompt with an answer has {English.Count(text.Tokens.Length, "token")}, "
                            + $"and the model takes "
                            + $"{longest:N0} (max_position_embeddings): cut answers with MaxResponseTokens, or leave the row out."
                    )
                );
            return text;
        }
    }
}
