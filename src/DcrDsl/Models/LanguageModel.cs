using System.Globalization;
using DcrDsl.Data;
using DcrDsl.Models.LowRank;
using static TorchSharp.torch;

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
            throw new InputException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The tokenizer has {chat.VocabularySize} tokens and the model embeds {decoder.Config.VocabularySize}: give the "
                        + $"tokenizer that belongs to the model."
                )
            );
        }
        Decoder = decoder;
        Chat = chat;
    }

    /// <summary>The network.</summary>
    public Decoder Decoder { get; }

    /// <summary>Turns prompts and answers into tokens.</summary>
    public IChatTokenizer Chat { get; }

    /// <summary>
    /// The Hugging Face directory that the model, or the one it was trained from, was opened from; null: it was made otherwise.
    /// </summary>
    public string? SourceDirectory => Decoder.SourceDirectory;

    /// <summary>The adapter that the latest stage trained; null: it trained none. Merged or not, it is the model's to free.</summary>
    public LoraAdapter? Adapter { get; private set; }

    /// <summary>
    /// Attaches a new adapter to the decoder: see <see cref="LoraAdapter.Attach(Decoder, LoraOptions, ulong, string, FrozenFormat?)"/>.
    /// </summary>
    /// <param name="options">What it changes and how.</param>
    /// <param name="seed">The seed of the cell.</param>
    /// <param name="purpose">What its random numbers are for.</param>
    /// <param name="frozen">The number format of the frozen matrices; null: they stay as they are.</param>
    /// <returns>The new <see cref="Adapter"/>, which takes the place of an earlier one.</returns>
    /// <exception cref="InputException">The options do not fit the decoder.</exception>
    public LoraAdapter Adapt(LoraOptions options, ulong seed, string purpose, FrozenFormat? frozen = null)
    {
        var adapter = LoraAdapter.Attach(Decoder, options, seed, purpose, frozen);
        ForgetAdapter();
        return Adapter = adapter;
    }

    /// <summary>Frees the adapter of an earlier stage.</summary>
    internal void ForgetAdapter()
    {
        Adapter?.Dispose();
        Adapter = null;
    }

    /// <summary>
    /// A copy with weights of its own, which training can change while this one stays as it is. It has no <see cref="Adapter"/>.
    /// </summary>
    public LanguageModel Clone() => new(Decoder.Clone(), Chat);

    /// <inheritdoc/>
    public void Dispose()
    {
        Decoder.Dispose();
        Adapter?.Dispose();
    }
}
