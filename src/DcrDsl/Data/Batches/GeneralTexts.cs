using DcrDsl.Specs;
using DcrDsl.Tensors;
using static TorchSharp.torch;

namespace DcrDsl.Data.Batches;

/// <summary>
/// Batches of general prompts, with their answers where they have some, on which a model is held to what it was. Every text is drawn once
/// before any is drawn again, in an order of each round's own, and every batch is full. The batch of a step is a function of (seed,
/// purpose, step). Safe to draw from many threads.
/// </summary>
public sealed class GeneralTexts
{
    readonly EncodedText[] texts;
    readonly int size;
    readonly ulong seed;
    readonly string purpose;
    readonly Device device;

    GeneralTexts(EncodedText[] texts, int size, ulong seed, string purpose, Device device) =>
        (this.texts, this.size, this.seed, this.purpose, this.device) = (texts, size, seed, purpose, device);

    /// <summary>Encodes the texts, once.</summary>
    /// <param name="examples">The prompts.</param>
    /// <param name="chat">The model's tokenizer.</param>
    /// <param name="size">Texts in a batch.</param>
    /// <param name="seed">The seed of the cell.</param>
    /// <param name="purpose">The stage's name: a part of every random stream's name.</param>
    /// <param name="device">Where the tensors are to lie.</param>
    /// <exception cref="InputException">There are no prompts, or the vocabulary lacks a word.</exception>
    public static GeneralTexts Of(IReadOnlyList<Example> examples, IChatTokenizer chat, int size, ulong seed, string purpose, Device device)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        if (examples.Count == 0)
            throw new InputException($"{purpose}: there are no general prompts to hold the model on: give at least one.");
        return new([.. examples.Select(e => Encoded(e, chat))], size, seed, purpose, device);
    }

    /// <summary>How many there are.</summary>
    public int Count => texts.Length;

    /// <summary>The batch of a step, counted from 0. The tensors belong to the caller's scope.</summary>
    public GeneralBatch Draw(int step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        PhaseClock.Enter(Phase.Data);
        int[] chosen = new int[size];
        int[]? order = null;
        for (int i = 0, round = -1; i < size; i++)
        {
            var (at, place) = Math.DivRem((long)step * size + i, texts.Length);
            if (order is null || at != round)
                order = new RandomStream(seed, $"{purpose}.general", round = (int)at).Permutation(texts.Length);
            chosen[i] = order[place];
        }
        var batch = Of(chosen);
        PhaseClock.Drawn(batch.Tokens);
        return batch;
    }

    /// <summary>All texts in their order, in batches.</summary>
    internal IEnumerable<GeneralBatch> All() => Enumerable.Range(0, texts.Length).Chunk(size).Select(Of);

    /// <summary>How many places each text has.</summary>
    internal IEnumerable<int> PlacesOf(RetainPlaces places) =>
        texts.Select(text => places == RetainPlaces.EveryToken ? text.Tokens.Length : 1);

    GeneralBatch Of(int[] chosen)
    {
        var tokens = PackedTokens.Of([.. chosen.Select(i => new ArraySegment<int>(texts[i].Tokens))], device);
        var every = chosen.SelectMany((i, text) => Enumerable.Range(0, texts[i].Tokens.Length).Select(at => tokens.Place(text, at)));
        var last = chosen.Select((i, text) => tokens.Place(text, texts[i].ResponseStart - 1));
        return new(tokens, tensor([.. every], device: device), tensor([.. last], device: device), chosen);
    }

    static EncodedText Encoded(Example example, IChatTokenizer chat)
    {
        if (example.Response is { } response)
            return chat.Answered(example.Prompt, response);
        int[] prompt = chat.Prompt(example.Prompt);
        return new(prompt, prompt.Length);
    }
}

/// <summary>A batch of general prompts on which a model is held to what it was.</summary>
/// <param name="Tokens">N tokens of prompts, with their answers where they have some, text behind text.</param>
/// <param name="EveryToken">The places of all tokens, text after text; [N], int64.</param>
/// <param name="LastPromptToken">The place of each prompt's last token; [B], int64.</param>
/// <param name="Texts">Which of the texts they are.</param>
public readonly record struct GeneralBatch(PackedTokens Tokens, Tensor EveryToken, Tensor LastPromptToken, IReadOnlyList<int> Texts)
{
    /// <summary>The places of a kind.</summary>
    public Tensor At(RetainPlaces places) => places == RetainPlaces.EveryToken ? EveryToken : LastPromptToken;
}
