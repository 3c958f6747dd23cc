using DcrDsl.Specs;
using static TorchSharp.torch;

namespace DcrDsl.Data.Batches;

/// <summary>
/// Batches of general prompts, with their answers where they have some, on which a model is held to what it was. Every text is drawn once
/// before any is drawn again, in an order of each round's own, and every batch is full. The batch of a step is a function of (seed, purpose,
/// step). Safe to draw from many threads.
/// </summary>
public sealed class GeneralTexts
{
    readonly EncodedText[] texts;
    readonly int size,
        padToken;
    readonly ulong seed;
    readonly string purpose;
    readonly Device device;

    GeneralTexts(EncodedText[] texts, int size, int padToken, ulong seed, string purpose, Device device) =>
        (this.texts, this.size, this.padToken, this.seed, this.purpose, this.device) = (texts, size, padToken, seed, purpose, device);

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
        return new([.. examples.Select(e => Encoded(e, chat))], size, chat.PadToken, seed, purpose, device);
    }

    /// <summary>How many there are.</summary>
    public int Count => texts.Length;

    /// <summary>The batch of a step, counted from 0. The tensors belong to the caller's scope.</summary>
    public GeneralBatch Draw(int step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        int[] chosen = new int[size];
        int[]? order = null;
        for (int i = 0, round = -1; i < size; i++)
        {
            var (at, place) = Math.DivRem((long)step * size + i, texts.Length);
            if (order is null || at != round)
                order = new RandomStream(seed, $"{purpose}.general", round = (int)at).Permutation(texts.Length);
            chosen[i] = order[place];
        }
        return Of(chosen);
    }

    /// <summary>All texts in their order, in batches.</summary>
    internal IEnumerable<GeneralBatch> All() => Enumerable.Range(0, texts.Length).Chunk(size).Select(Of);

    /// <summary>How many places each text has.</summary>
    internal IEnumerable<int> PlacesOf(RetainPlaces places) =>
        texts.Select(text => places == RetainPlaces.EveryToken ? text.Tokens.Length : 1);

    GeneralBatch Of(int[] chosen)
    {
        int width = chosen.Max(i => texts[i].Tokens.Length),
            count = chosen.Sum(i => texts[i].Tokens.Length);
        long[] every = new long[count],
            last = new long[chosen.Length];
        var rows = new ArraySegment<int>[chosen.Length];
        for (int b = 0, n = 0; b < chosen.Length; b++)
        {
            var (tokens, start) = texts[chosen[b]];
            rows[b] = tokens;
            last[b] = (long)b * width + start - 1;
            for (int t = 0; t < tokens.Length; t++)
                every[n++] = (long)b * width + t;
        }
        return new(
            PaddedRows.Tokens(rows, width, padToken, device),
            tensor(every, device: device),
            tensor(last, device: device),
            chosen,
            count
        );
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
/// <param name="Tokens">Prompts, with their answers where they have some, [B, T], int64, right padded.</param>
/// <param name="EveryToken">The places of all tokens that are no padding, as flat indices b · T + t, ascending; [N], int64.</param>
/// <param name="LastPromptToken">The place of each prompt's last token, the same way; [B], int64.</param>
/// <param name="Texts">Which of the texts they are.</param>
/// <param name="RealTokens">Tokens that are no padding.</param>
public readonly record struct GeneralBatch(
    Tensor Tokens,
    Tensor EveryToken,
    Tensor LastPromptToken,
    IReadOnlyList<int> Texts,
    int RealTokens
)
{
    /// <summary>The places of a kind.</summary>
    public Tensor At(RetainPlaces places) => places == RetainPlaces.EveryToken ? EveryToken : LastPromptToken;
}
