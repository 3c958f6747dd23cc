namespace DcrDsl.Data;

/// <summary>Turns prompts and answers into the tokens of one model's chat format, and tokens back into text. Safe to use from many threads.</summary>
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

    /// <summary>The prompt in the chat format, up to and including the assistant's header: the first response token is predicted at the last of these.</summary>
    /// <exception cref="InputException">The vocabulary lacks a word of the prompt.</exception>
    int[] Prompt(string prompt);

    /// <summary>Prompt and answer in the chat format, up to and including <see cref="EndToken"/>.</summary>
    /// <exception cref="InputException">The vocabulary lacks a word of the prompt or the answer.</exception>
    EncodedText Answered(string prompt, string response);

    /// <summary>A text by itself, without the chat format and without special tokens but for those that the tokenizer puts before every text: what tasks read that ask no chat model.</summary>
    /// <exception cref="InputException">The vocabulary lacks a word of the text.</exception>
    int[] Encode(string text);

    /// <summary>The text of an answer's tokens, without the tokens of the chat format.</summary>
    string Decode(ReadOnlySpan<int> tokens);

    /// <summary>The words of a text that the vocabulary lacks, in order, each once; empty for a tokenizer that can write any text.</summary>
    IReadOnlyList<string> UnknownWords(string text);
}
