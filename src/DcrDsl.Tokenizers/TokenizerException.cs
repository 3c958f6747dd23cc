namespace DcrDsl.Tokenizers;

/// <summary>
/// A tokenizer.json that is missing, damaged or not supported, or that makes a text cost more than it may. The message is one sentence with
/// the file, the part of it and the remedy.
/// </summary>
public sealed class TokenizerException : Exception
{
    internal TokenizerException(string message, Exception? inner = null)
        : base(message, inner) { }
}
