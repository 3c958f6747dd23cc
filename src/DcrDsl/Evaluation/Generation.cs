using DcrDsl.Models;
using DcrDsl.Models.Interventions;
using DcrDsl.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Evaluation;

/// <summary>What was decoded behind a prompt.</summary>
/// <param name="Tokens">The new tokens, up to and including the stop token if one was reached; none for a prompt that was refused.</param>
/// <param name="FirstLogits">The logits of the first new token, one for each token of the vocabulary.</param>
public sealed record DecodedRow(int[] Tokens, float[] FirstLogits);

/// <summary>Continues prompts.</summary>
static class Generation
{
    /// <summary>
    /// Completes prompts side by side: padded on the left, with the keys and values of earlier tokens kept, and a beginning that all share
    /// read once; a row that has ended is taken out of the batch.
    /// A row's tokens do not depend on its neighbours, except that sums are rounded in another order: logits can differ in the sixth digit,
    /// and a tie as close as that can fall otherwise.
    /// </summary>
    /// <param name="decoder">The model.</param>
    /// <param name="prompts">The prompts' tokens, each at least one; they all run in one batch.</param>
    /// <param name="maxNewTokens">Tokens after which a completion ends all the same; at least 1.</param>
    /// <param name="stopTokens">Tokens that end a completion.</param>
    /// <param name="decoding">How a token is chosen; null: greedily.</param>
    /// <param name="task">The task's name, and</param>
    /// <param name="numbers">the prompts' numbers in it, for the random streams of a decoding that draws; null: 0, 1, ….</param>
    /// <param name="cancellation">Looked at before each token.</param>
    /// <param name="refused">
    /// Says, by the states of the prompts' last tokens after each block ([B, 1, H], by block from 1), which prompts, by their place, are
    /// not to be continued; null: all are.
    /// </param>
    /// <returns>One completion for each prompt, in their order.</returns>
    /// <exception cref="InputException">The model's logits are not finite numbers.</exception>
    /// <exception cref="OperationCanceledException">The caller asked to stop.</exception>
    public static IReadOnlyList<DecodedRow> Complete(
        Decoder decoder,
        IReadOnlyList<int[]> prompts,
        int maxNewTokens,
        IReadOnlyCollection<int> stopTokens,
        Decoding? decoding = null,
        string task = "",
        IReadOnlyList<int>? numbers = null,
        CancellationToken cancellation = default,
        Func<IReadOnlyDictionary<int, Tensor>, IEnumerable<int>>? refused = null
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxNewTokens, 1);
        if (prompts.Any(p => p.Length == 0))
            throw new ArgumentException("a prompt has no tokens", nameof(prompts));
        if (prompts.Count == 0)
            return [];

        PhaseClock.Enter(Phase.Prefill);
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        decoding ??= Decoding.Greedy;
        var rows = new OpenRows(prompts.Count);
        int longest = prompts.Max(p => p.Length),
            capacity = longest + maxNewTokens - 1;
        // A window counts the places of padding, which would lie behind a shared beginning.
        int prefix = decoder.Config.SlidingWindow is null && !decoder.TellsRowsApart ? SharedPrefix.Length(decoder, prompts, capacity) : 0;
        var (tokens, mask) = PadLeft(prompts, prefix, longest, capacity, decoder.Device);
        using var cache = new KeyValueCache(decoder.Config, prompts.Count, capacity, decoder.Dtype, decoder.Device);
        if (prefix > 0)
        {
            using var shared = SharedPrefix.Read(decoder, prompts[0][..prefix], cancellation);
            cache.BeginWith(shared);
        }

        var standing = decoder.StandingFor(prompts);
        using var reading = refused is null ? null : new StreamReading(StreamSite.BlockOutput);
        var logits = Continue(tokens, reading is null ? standing : decoder.Standing(standing, reading));
        float[][] first = Checked(logits);
        PhaseClock.Enter(Phase.Decode);
        if (refused is not null)
            foreach (int prompt in refused(reading!.States))
                rows.Close(prompt);
        for (int step = 0; ; step++)
        {
            var next = decoding.Choose(logits, task, numbers is null ? rows.Prompts : [.. rows.Prompts.Select(p => numbers[p])], step);
            rows.Take(next, stopTokens);
            if (step == maxNewTokens - 1 || rows.AllEnded)
                break;
            if (rows.Dropped() is { } kept)
            {
                using var places = tensor(kept, device: decoder.Device);
                cache.Keep(kept);
                mask = mask?.index_select(0, places);
                next = next.index_select(0, places);
            }
            logits = Continue(next.unsqueeze(1), standing);
        }
        PhaseClock.Leave();
        return [.. rows.Completions.Zip(first, (tokens, firstLogits) => new DecodedRow([.. tokens], firstLogits))];

        Tensor Continue(Tensor newTokens, InterventionList? intervening)
        {
            cancellation.ThrowIfCancellationRequested();
            using var step = NewDisposeScope();
            var seen = mask?.narrow(1, 0, cache.Length + newTokens.shape[1]);
            var hidden = decoder.Forward(newTokens, seen, cache, intervening);
            return decoder.Head(hidden.select(1, -1)).MoveToOuterDisposeScope();
        }
    }

    /// <summary>
    /// The tokens behind a shared beginning, [B, longest − prefix], with zeros before the shorter rows, and a mask [B, capacity] of the
    /// whole rows that also covers the tokens to come; null where nothing is padded.
    /// </summary>
    static (Tensor Tokens, Tensor? Mask) PadLeft(IReadOnlyList<int[]> prompts, int prefix, int longest, int capacity, Device device)
    {
        int width = longest - prefix;
        long[] tokens = new long[prompts.Count * width];
        bool[] mask = new bool[prompts.Count * capacity];
        for (int row = 0; row < prompts.Count; row++)
        {
            int padding = longest - prompts[row].Length;
            for (int i = padding; i < width; i++)
                tokens[row * width + i] = prompts[row][prefix + i - padding];
            mask.AsSpan(row * capacity, prefix).Fill(true);
            mask.AsSpan(row * capacity + prefix + padding, capacity - prefix - padding).Fill(true);
        }
        return (
            tensor(tokens, [prompts.Count, width], device: device),
            prompts.All(p => p.Length == longest) ? null : tensor(mask, [prompts.Count, capacity], device: device)
        );
    }

    static float[][] Checked(Tensor logits)
    {
        using var scope = NewDisposeScope();
        int rows = (int)logits.shape[0],
            width = (int)logits.shape[1];
        float[] all = logits.to(ScalarType.Float32).cpu().data<float>().ToArray();
        if (!all.All(float.IsFinite))
            throw NotFinite.Logits();
        return [.. Enumerable.Range(0, rows).Select(row => all.AsSpan(row * width, width).ToArray())];
    }
}
