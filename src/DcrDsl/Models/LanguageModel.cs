using System.Globalization;
using DcrDsl.Data;
using DcrDsl.Models.Attachments;
using DcrDsl.Models.LowRank;
using static TorchSharp.torch;

namespace DcrDsl.Models;

/// <summary>
/// A decoder, the tokenizer it was made for, and what is attached beside the weights. It owns the decoder and the attachments.
/// </summary>
public sealed class LanguageModel : IDisposable
{
    readonly List<Attachment> attachments = [];

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

    /// <summary>
    /// What stands beside the weights, in the order in which it came, and what the latest stage has merged into them. They are the
    /// model's to free.
    /// </summary>
    public IReadOnlyList<Attachment> Attachments => attachments;

    /// <summary>
    /// Lets the model compute with something beside its weights; nothing is done where it does so already, or where it is one of the
    /// attachments that have become a part of the weights.
    /// </summary>
    /// <typeparam name="T">What it is.</typeparam>
    /// <param name="attachment">The model's from now on.</param>
    /// <returns>The attachment.</returns>
    /// <exception cref="InvalidOperationException">It belongs to another model.</exception>
    public T Attach<T>(T attachment)
        where T : Attachment
    {
        bool known = attachments.Contains(attachment);
        if (known && attachment.IsMerged)
            return attachment;
        attachment.PutOn(Decoder);
        if (!known)
            attachments.Add(attachment);
        return attachment;
    }

    /// <summary>
    /// Attaches a new adapter to the decoder: see <see cref="LoraAdapter.Attach(Decoder, LoraOptions, ulong, string, FrozenFormat?)"/>.
    /// </summary>
    /// <param name="options">What it changes and how.</param>
    /// <param name="seed">The seed of the cell.</param>
    /// <param name="purpose">What its random numbers are for.</param>
    /// <param name="frozen">The number format of the frozen matrices; null: they stay as they are.</param>
    /// <returns>The adapter, which is among the <see cref="Attachments"/>; what was merged before is freed.</returns>
    /// <exception cref="InputException">The options do not fit the decoder.</exception>
    public LoraAdapter Adapt(LoraOptions options, ulong seed, string purpose, FrozenFormat? frozen = null)
    {
        var adapter = LoraAdapter.Attach(Decoder, options, seed, purpose, frozen);
        ForgetMerged();
        return Attach(adapter);
    }

    /// <summary>Frees what is not attached any more: what an earlier stage has merged.</summary>
    internal void ForgetMerged()
    {
        foreach (var merged in attachments.Where(a => !a.IsAttached))
            merged.Dispose();
        attachments.RemoveAll(a => !a.IsAttached);
    }

    /// <summary>Refuses to go on without an adapter that was attached to the decoder and not to the model.</summary>
    /// <exception cref="InvalidOperationException">There is one.</exception>
    internal void RequireOwnAdapter()
    {
        if (Decoder.Adapter is { } adapter && !attachments.Contains(adapter))
            throw new InvalidOperationException(
                "An adapter is attached to the decoder only, and would be lost: merge it, or give it to the model with Attach."
            );
    }

    /// <summary>Lets the weights be trained: what freezes them is merged.</summary>
    internal void FreeWeights()
    {
        foreach (var freezing in attachments.Where(a => a.IsAttached && a.FreezesWeights))
            freezing.Merge();
    }

    /// <summary>
    /// A copy with weights and attachments of its own, which training can change while this one stays as it is. What is merged does not go
    /// along, nor do interventions that stand in the decoder only (<see cref="Decoder.Intervene"/>).
    /// </summary>
    /// <exception cref="InvalidOperationException">An adapter is attached to the decoder and not to the model.</exception>
    public LanguageModel Clone() => CopyOver(Decoder.CloneWeights);

    /// <summary>
    /// The same for what trains beside the weights: they are in memory once for both models, until one of them is to change its own.
    /// </summary>
    /// <exception cref="InvalidOperationException">An adapter is attached to the decoder and not to the model.</exception>
    internal LanguageModel Share() => CopyOver(Decoder.ShareWeights);

    LanguageModel CopyOver(Func<Decoder> weights)
    {
        RequireOwnAdapter();
        var copy = new LanguageModel(weights(), Chat);
        foreach (var attachment in attachments.Where(a => a.IsAttached))
            copy.Attach(attachment.CloneOnto(copy.Decoder));
        return copy;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Decoder.Dispose();
        foreach (var attachment in attachments)
            attachment.Dispose();
    }
}
