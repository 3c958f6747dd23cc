namespace DcrDsl.Data;

/// <summary>A prompt and its answer as tokens.</summary>
/// <param name="Tokens">All tokens, from the first of the chat format to the end token.</param>
/// <param name="ResponseStart">
/// The index of the first response token; the tokens before it are those of <see cref="IChatTokenizer.Prompt"/>.
/// </param>
public readonly record struct EncodedText(int[] Tokens, int ResponseStart);
