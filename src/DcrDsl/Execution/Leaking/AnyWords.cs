using DcrDsl.Data;

namespace DcrDsl.Execution.Leaking;

/// <summary>Stands for the tokenizer of a published model, which can write any text, while prompts are read without the model.</summary>
sealed class AnyWords : IChatTokenizer
{
    public int VocabularySize => throw None();

    public int PadToken => throw None();

    public int EndToken => throw None();

    public IReadOnlyList<int> StopTokens => throw None();

    public int[] Prompt(string prompt) => throw None();

    public EncodedText Answered(string prompt, string response) => throw None();

    public int[] Encode(string text) => throw None();

    public string Decode(ReadOnlySpan<int> tokens) => throw None();

    public IReadOnlyList<string> UnknownWords(string text) => [];

    static NotSupportedException None() => new("Texts are compared without a model.");
}
