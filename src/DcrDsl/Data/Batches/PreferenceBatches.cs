using DcrDsl.Tensors;
using static TorchSharp.torch;

namespace DcrDsl.Data.Batches;

/// <summary>
/// Batches of pairs of answers; the two of a pair are always in one batch. Every epoch visits every pair once, in an order of its own; what
/// is left at its end and does not fill a batch is a smaller one. The batch of a step is a function of (seed, purpose, step). Safe to draw
/// from many threads.
/// </summary>
public sealed class PreferenceBatches
{
    readonly AnswerPair[] pairs;
    readonly int size;
    readonly ulong seed;
    readonly string purpose;
    readonly Device device;

    PreferenceBatches(AnswerPair[] pairs, int size, ulong seed, string purpose, Device device)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        if (pairs.Length == 0)
            throw new InputException($"{purpose}: there are no pairs of answers: give at least one.");
        (this.pairs, this.size, this.seed, this.purpose, this.device) = (pairs, size, seed, purpose, device);
    }

    /// <summary>Encodes pairs, once.</summary>
    /// <param name="pairs">Prompts with two answers each.</param>
    /// <param name="chat">The model's tokenizer.</param>
    /// <param name="size">Pairs in a batch.</param>
    /// <param name="seed">The seed of the cell.</param>
    /// <param name="purpose">The stage's name: a part of every random stream's name.</param>
    /// <param name="device">Where the tensors are to lie.</param>
    /// <param name="maxResponseTokens">Answers are cut after so many tokens; null: never.</param>
    /// <param name="disjointFrom">Examples whose prompts are first taken out, by exact text; null: none.</param>
    /// <exception cref="InputException">
    /// There are no pairs, an answer is missing or empty, two are the same, a text is longer than the model takes, or the vocabulary lacks
    /// a word.
    /// </exception>
    public static PreferenceBatches Of(
        IReadOnlyList<Example> pairs,
        IChatTokenizer chat,
        int size,
        ulong seed,
        string purpose,
        Device device,
        int? maxResponseTokens = null,
        IReadOnlyList<Example>? disjointFrom = null
    )
    {
        HashSet<string> excluded = [.. (disjointFrom ?? []).Select(example => example.Prompt)];
        return new(
            [.. pairs.Where(pair => !excluded.Contains(pair.Prompt)).Select(pair => AnswerPair.Of(pair, chat, maxResponseTokens))],
            size,
            seed,
            purpose,
            device
        );
    }

    /// <summary>How many pairs there are.</summary>
    public int Count => pairs.Length;

    /// <summary>Batches in an epoch, with the smaller one for what does not fill a batch.</summary>
    public int StepsPerEpoch => (pairs.Length - 1) / size + 1;

    /// <summary>The batch of a step, counted from 0 over all epochs. The tensors belong to the caller's scope.</summary>
    public PreferenceBatch Draw(int step) => Drawn(Chosen(step));

    /// <summary>
    /// The batch of a step in parts of about as many pairs each, which come to it together: the same pairs, and shares by pairs. A batch of
    /// fewer pairs than parts has a part for each pair.
    /// </summary>
    /// <param name="step">Counted from 0 over all epochs.</param>
    /// <param name="parts">How many.</param>
    /// <returns>The parts, each laid out when it is asked for; the tensors belong to the scope around that.</returns>
    public IEnumerable<BatchPart<PreferenceBatch>> InParts(int step, int parts)
    {
        int[] chosen = Chosen(step);
        return BatchParts
            .Of(chosen, parts)
            .Select(part => new BatchPart<PreferenceBatch>(Drawn(part), (double)part.Length / chosen.Length));
    }

    int[] Chosen(int step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        int[] order = new RandomStream(seed, $"{purpose}.order", step / StepsPerEpoch).Permutation(pairs.Length);
        return [.. order.Skip(step % StepsPerEpoch * size).Take(size)];
    }

    /// <summary>Every pair once, in the order given, in batches of the same size: what the reference is asked.</summary>
    internal IEnumerable<PreferenceBatch> InOrder() => Enumerable.Range(0, pairs.Length).Chunk(size).Select(Of);

    PreferenceBatch Drawn(int[] chosen)
    {
        PhaseClock.Enter(Phase.Data);
        var batch = Of(chosen);
        PhaseClock.Drawn(batch.Tokens);
        return batch;
    }

    PreferenceBatch Of(int[] chosen)
    {
        EncodedText[] texts = [.. chosen.Select(i => pairs[i].Chosen), .. chosen.Select(i => pairs[i].Rejected)];
        var predicted = ResponseTargets.Of(texts, device);
        long[] lengths = [.. texts.Select(text => (long)(text.Tokens.Length - text.ResponseStart))];
        return new(
            predicted.Inputs,
            tensor(predicted.Rows, device: device),
            tensor(predicted.Targets, device: device),
            tensor([.. lengths.SelectMany((length, text) => Enumerable.Repeat((long)text, (int)length))], device: device),
            tensor(lengths, device: device),
            tensor([.. chosen.Select(i => (long)i), .. chosen.Select(i => (long)(pairs.Length + i))], device: device)
        );
    }
}
