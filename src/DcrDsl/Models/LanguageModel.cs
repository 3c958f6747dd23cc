using DcrDsl.Data;

namespace DcrDsl.Models;

/// <summary>A decoder and the tokenizer it was made for. It owns the decoder.</summary>
/// <param name="decoder">The network.</param>
/// <param name="chat">Turns prompts and answers into its tokens.</param>
public sealed class LanguageModel(Decoder decoder, IChatTokenizer chat) : IDisposable
{
    /// <summary>The network.</summary>
    public Decoder Decoder { get; } = decoder;

    /// <summary>Turns prompts and answers into tokens.</summary>
    public IChatTokenizer Chat { get; } = chat;

    /// <summary>A copy with weights of its own, which training can change while this one stays as it is.</summary>
    public LanguageModel Clone() => new(Decoder.Clone(), Chat);

    /// <inheritdoc/>
    public void Dispose() => Decoder.Dispose();
}
