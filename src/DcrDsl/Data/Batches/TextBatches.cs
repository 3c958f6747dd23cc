using DcrDsl.Tensors;
using static TorchSharp.torch;

namespace DcrDsl.Data.Batches;

/// <summary>
/// Batches of whole texts. Every epoch visits every text once, in an order of its own; what is left at its end and does not fill a batch is
/// a smaller one. The batch of a step is a function of (seed, purpose, step). Safe to draw from many threads.
/// </summary>
public sealed class TextBatches
{
    readonly EncodedText[] texts;
    readonly int size,
        lengthWindow;
    readonly ulong seed;
    readonly string purpose;
    readonly Device device;
    (int Epoch, int[][] Batches) current = (-1, []);
    readonly Lock epochs = new();

    TextBatches(EncodedText[] texts, int size, ulong seed, string purpose, Device device, int lengthWindow)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(lengthWindow);
        if (texts.Length == 0)
            throw new InputException($"{purpose}: there are no examples: give at least one.");
        (this.texts, this.size, this.seed, this.purpose, this.device, this.lengthWindow) = (
            texts,
            size,
            seed,
            purpose,
            device,
            lengthWindow
        );
    }

    /// <summary>Batches in an epoch, with the smaller one for what does not fill a batch.</summary>
    public int StepsPerEpoch => (texts.Length - 1) / size + 1;

    /// <summary>
    /// Every token but the first is a target: for pre-training. A prompt without an answer ends with the assistant's header.
    /// </summary>
    /// <param name="texts">The texts; encoded here, once.</param>
    /// <param name="chat">The model's tokenizer.</param>
    /// <param name="size">Texts in a batch.</param>
    /// <param name="seed">The seed of the cell.</param>
    /// <param name="purpose">The stage's name: a part of every random stream's name.</param>
    /// <param name="device">Where the tensors are to lie.</param>
    /// <param name="lengthWindow">
    /// Batches are cut from so many batches' worth of shuffled texts, sorted by length, and then shuffled themselves; 1: no sorting.
    /// </param>
    /// <exception cref="InputException">There are no texts, one is a single token, or the vocabulary lacks a word.</exception>
    public static TextBatches OnEveryToken(
        IReadOnlyList<Example> texts,
        IChatTokenizer chat,
        int size,
        ulong seed,
        string purpose,
        Device device,
        int lengthWindow = 1
    ) => new([.. texts.Select(text => Whole(text, chat, purpose))], size, seed, purpose, device, lengthWindow);

    /// <summary>
    /// Only the answer's tokens and the end token are targets: for supervised fine-tuning. Parameters as for <see cref="OnEveryToken"/>.
    /// </summary>
    /// <param name="examples">Prompts with answers.</param>
    /// <param name="chat">See there.</param>
    /// <param name="size">See there.</param>
    /// <param name="seed">See there.</param>
    /// <param name="purpose">See there.</param>
    /// <param name="device">See there.</param>
    /// <param name="maxResponseTokens">Answers are cut after so many tokens; null: never.</param>
    /// <param name="lengthWindow">See there.</param>
    /// <exception cref="InputException">There are no examples, one has no answer, or the vocabulary lacks a word.</exception>
    public static TextBatches OnResponses(
        IReadOnlyList<Example> examples,
        IChatTokenizer chat,
        int size,
        ulong seed,
        string purpose,
        Device device,
        int? maxResponseTokens = null,
        int lengthWindow = 1
    ) =>
        new(
            [
                .. examples.Select(example =>
                    Cut(chat.Answered(example.Prompt, example.Response ?? throw Unanswered(example, purpose)), maxResponseTokens)
                ),
            ],
            size,
            seed,
            purpose,
            device,
            lengthWindow
        );

    /// <summary>The batch of a step, counted from 0 over all epochs. The tensors belong to the caller's scope.</summary>
    public TextBatch Draw(int step) => Laid(Chosen(step));

    /// <summary>
    /// The batch of a step in parts of about as many texts each, which come to it together: the same texts, and shares by targets. A batch
    /// of fewer texts than parts has a part for each text.
    /// </summary>
    /// <param name="step">Counted from 0 over all epochs.</param>
    /// <param name="parts">How many.</param>
    /// <returns>The parts, each laid out when it is asked for; the tensors belong to the scope around that.</returns>
    public IEnumerable<BatchPart<TextBatch>> InParts(int step, int parts)
    {
        var chosen = Chosen(step);
        double targets = chosen.Sum(Targets);
        return BatchParts.Of(chosen, parts).Select(part => new BatchPart<TextBatch>(Laid(part), part.Sum(Targets) / targets));

        static int Targets(EncodedText text) => text.Tokens.Length - text.ResponseStart;
    }

    EncodedText[] Chosen(int step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        return [.. Batches(step / StepsPerEpoch)[step % StepsPerEpoch].Select(i => texts[i])];
    }

    TextBatch Laid(EncodedText[] chosen)
    {
        PhaseClock.Enter(Phase.Data);
        var predicted = ResponseTargets.Of(chosen, device);
        var batch = new TextBatch(predicted.Inputs, tensor(predicted.Rows, device: device), tensor(predicted.Targets, device: device));
        PhaseClock.Drawn(predicted.Inputs);
        return batch;
    }

    static EncodedText Whole(Example text, IChatTokenizer chat, string purpose)
    {
        int[] tokens = text.Response is { } response ? chat.Answered(text.Prompt, response).Tokens : chat.Prompt(text.Prompt);
        return tokens.Length > 1
            ? new(tokens, ResponseStart: 1)
            : throw new InputException(
                $"{purpose}: the text '{text.Prompt}' ({text.Origin}) is one token, of which nothing can be learnt: take it out."
            );
    }

    static EncodedText Cut(EncodedText text, int? maxResponseTokens) =>
        maxResponseTokens is { } most && text.ResponseStart + most < text.Tokens.Length
            ? text with
            {
                Tokens = text.Tokens[..(text.ResponseStart + most)],
            }
            : text;

    static InputException Unanswered(Example example, string purpose) =>
        new(
            $"{purpose}: the prompt '{example.Prompt}' ({example.Origin}) has no answer to learn: name the answers with ResponseColumn, "
                + $"or with Answers for ToyWorld."
        );

    int[][] Batches(int epoch)
    {
        lock (epochs)
        {
            if (current.Epoch != epoch)
                current = (epoch, NewBatches(epoch));
            return current.Batches;
        }
    }

    int[][] NewBatches(int epoch)
    {
        int[] order = new RandomStream(seed, $"{purpose}.order", epoch).Permutation(texts.Length);
        if (lengthWindow == 1)
            return [.. order.Chunk(size)];
        int window = (int)Math.Min((long)size * lengthWindow, order.Length);
        int[][] batches = [.. order.Chunk(window).SelectMany(part => part.OrderBy(i => texts[i].Tokens.Length).ThenBy(i => i).Chunk(size))];
        new RandomStream(seed, $"{purpose}.batches", epoch).Shuffle(batches);
        return batches;
    }
}
