namespace DcrDsl.Data;

/// <summary>
/// Turns prompts and answers into the tokens of one model's chat format, and tokens back into text. Safe to use from many threads.
/// </summary>
public interface IChatTokenizer
{
    /// <summary>Number of token ids: 0 … <see cref="VocabularySize"/> − 1.</summary>
    int VocabularySize { get; }

    /// <summary>Fills the end of a row that is shorter than its batch; attention never looks at it from a real token.</summary>
    int PadToken { get; }

    /// <summary>Ends an answer that is learnt.</summary>
    int EndToken { get; }

    /// <summary>The tokens at which decoding stops: <see cref="EndToken"/> and what else ends a text.</summary>
    IReadOnlyList<int> StopTokens { get; }

    /// <summary>The most tokens that a text may have; null: no bound is known.</summary>
    int? LongestText => null;

    /// <summary>
    /// What the model is given to answer a prompt: the prompt in the chat format, up to and including the assistant's header. The first
    /// response token is predicted at the last of these; answers that are learnt or scored, and openers, stand directly behind them.
    /// </summary>
    /// <exception cref="InputException">The vocabulary lacks a word of the prompt.</exception>
    int[] Prompt(string prompt);

    /// <summary>
    /// What the model is given to answer the last turn of a conversation: what <see cref="Prompt"/> is to a single one.
    /// </summary>
    /// <param name="turns">What the user and the assistant say in turn; the user begins and has said the last.</param>
    /// <exception cref="InputException">The vocabulary lacks a word, or the chat format has no such conversation.</exception>
    int[] Conversation(IReadOnlyList<string> turns) =>
        [.. turns.Chunk(2).SelectMany(t => t is [var prompt, var answer] ? Answered(prompt, answer).Tokens : Prompt(t[0]))];

    /// <summary>The tokens of <see cref="Prompt"/> with an answer behind them, up to and including <see cref="EndToken"/>.</summary>
    /// <exception cref="InputException">
    /// The vocabulary lacks a word of the prompt or the answer, or the chat format does not tell where the answer begins.
    /// </exception>
    EncodedText Answered(string prompt, string response);

    /// <summary>
    /// For each opener the tokens behind <see cref="Prompt"/> of an answer that begins with it and goes on; at least one.
    /// </summary>
    /// <exception cref="InputException">The vocabulary lacks a word, or the chat format does not tell where an answer begins.</exception>
    IReadOnlyList<int[]> Openings(string prompt, IReadOnlyList<string> openers) =>
        [
            .. openers.Select(opener =>
            {
                var (tokens, start) = Answered(prompt, opener);
                return tokens[start..(tokens[^1] == EndToken ? ^1 : ^0)];
            }),
        ];

    /// <summary>
    /// A text by itself, without the chat format and without special tokens but for those that the tokenizer puts before every text: what
    /// tasks read that ask no chat model.
    /// </summary>
    /// <exception cref="InputException">The vocabulary lacks a word of the text.</exception>
    int[] Encode(string text);

    /// <summary>The text of an answer's tokens, without the tokens of the chat format.</summary>
    string Decode(ReadOnlySpan<int> tokens);

    /// <summary>
    /// The words of a text that the vocabulary lacks, in order, each once; empty for a tokenizer that can write any text.
    /// </summary>
    IReadOnlyList<string> UnknownWords(string text);

    /// <summary>
    /// Writes what <see cref="Chat.ChatDirectory.Open"/> opens it from into a model's directory; nothing for one that was opened from a
    /// directory itself, whose files go along with the model.
    /// </summary>
    /// <param name="directory">A directory that is there.</param>
    void Write(string directory) { }
}
