using DcrDsl.Models;
using DcrDsl.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Evaluation;

/// <summary>What was decoded behind a prompt.</summary>
/// <param name="Tokens">The new tokens, up to and including the stop token if one was reached; none for a prompt that was refused.</param>
/// <param name="FirstLogits">The logits of the first new token, one for each token of the vocabulary.</param>
public sealed record DecodedRow(int[] Tokens, float[] FirstLogits)
{
    /// <summary>What was read of the prompt beside; null: nothing.</summary>
    internal ReadBeside? Beside { get; init; }

    /// <summary>Whether it was ended because it was enough.</summary>
    internal bool Settled { get; init; }
}

/// <summary>Continues prompts.</summary>
static class Generation
{
    /// <summary>
    /// Completes prompts side by side: what prompts begin with is read once, the keys and values of earlier tokens are kept, and a row that
    /// has ended is taken out of the batch.
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
    /// <param name="beside">What else is to be read of the prompts in the pass that begins their answers; null: nothing.</param>
    /// <param name="settled">Whether the tokens that a prompt, by its place, has been answered so far are enough; null: none are.</param>
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
        Func<IReadOnlyDictionary<int, Tensor>, IEnumerable<int>>? refused = null,
        Beside? beside = null,
        Func<int, IReadOnlyList<int>, bool>? settled = null
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
        using var begun = BegunPrompts.Read(decoder, prompts, maxNewTokens - 1, beside, allStates: refused is not null, cancellation);
        var (cache, mask, logits) = (begun.Cache, begun.Mask, begun.Logits);
        float[][] first = Checked(logits);
        PhaseClock.Enter(Phase.Decode);
        if (refused is not null)
            foreach (int prompt in refused(begun.States))
                rows.Close(prompt);
        for (int step = 0; ; step++)
        {
            var next = decoding.Choose(logits, task, numbers is null ? rows.Prompts : [.. rows.Prompts.Select(p => numbers[p])], step);
            rows.Take(next, stopTokens, step == maxNewTokens - 1 ? null : settled);
            if (step == maxNewTokens - 1 || rows.AllEnded)
                break;
            if (rows.Dropped() is { } kept)
            {
                using var places = tensor(kept, device: decoder.Device);
                cache.Keep(kept);
                mask = mask?.index_select(0, places);
                next = next.index_select(0, places);
            }
            logits = Continue(next.unsqueeze(1));
        }
        PhaseClock.Leave();
        return
        [
            .. rows.Completions.Select(
                (tokens, i) => new DecodedRow([.. tokens], first[i]) { Beside = begun.Beside?[i], Settled = rows.Settled[i] }
            ),
        ];

        Tensor Continue(Tensor newTokens)
        {
            cancellation.ThrowIfCancellationRequested();
            using var step = NewDisposeScope();
            var seen = mask?.narrow(1, 0, cache.Length + 1);
            var hidden = decoder.Forward(newTokens, seen, cache, begun.Standing);
            return decoder.Head(hidden.select(1, -1)).MoveToOuterDisposeScope();
        }
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
