using DcrDsl.Data;

namespace DcrDsl.Models;

/// <summary>A decoder and the tokenizer it was made for. It owns the decoder.</summary>
public sealed class LanguageModel : IDisposable
{
    /// <summary>Puts the two together.</summary>
    /// <param name="decoder">The network.</param>
    /// <param name="chat">Turns prompts and answers into its tokens.</param>
    /// <exception cref="InputException">The tokenizer has tokens for which the decoder has no embedding.</exception>
    public LanguageModel(Decoder decoder, IChatTokenizer chat)
    {
        if (chat.VocabularySize > decoder.Config.VocabularySize)
        {
            throw new InputException(FormattableString.Invariant(
                $"The tokenizer has {chat.VocabularySize} tokens and the model embeds {decoder.Config.VocabularySize}: give the tokenizer that belongs to the model."));
        }
        Decoder = decoder;
        Chat = chat;
    }

    /// <summary>The network.</summary>
    public Decoder Decoder { get; }

    /// <summary>Turns prompts and answers into tokens.</summary>
    public IChatTokenizer Chat { get; }

    /// <summary>A copy with weights of its own, which training can change while this one stays as it is.</summary>
    public LanguageModel Clone() => new(Decoder.Clone(), Chat);

    /// <inheritdoc/>
    public void Dispose() => Decoder.Dispose();
}
