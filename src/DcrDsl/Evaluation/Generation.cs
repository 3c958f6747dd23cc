using DcrDsl.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Evaluation;

/// <summary>What a model said to a prompt.</summary>
/// <param name="Tokens">The new tokens, up to and including the stop token if one was reached.</param>
/// <param name="FirstLogits">The logits of the first new token, one for each token of the vocabulary.</param>
public sealed record Completion(int[] Tokens, float[] FirstLogits);

/// <summary>Continues prompts.</summary>
public static class Generation
{
    /// <summary>
    /// Greedy decoding of prompts side by side: padded on the left, with the keys and values of earlier tokens kept. A row's tokens do not depend on its
    /// neighbours, except that sums are rounded in another order: logits can differ in the sixth digit, and a tie as close as that can fall otherwise.
    /// </summary>
    /// <param name="decoder">The model.</param>
    /// <param name="prompts">The prompts' tokens, each at least one; they all run in one batch.</param>
    /// <param name="maxNewTokens">Tokens after which a completion ends all the same; at least 1.</param>
    /// <param name="stopTokens">Tokens that end a completion.</param>
    /// <param name="cancellation">Looked at before each token.</param>
    /// <returns>One completion for each prompt, in their order.</returns>
    /// <exception cref="InputException">The model's logits are not finite numbers.</exception>
    /// <exception cref="OperationCanceledException">The caller asked to stop.</exception>
    public static IReadOnlyList<Completion> Greedy(
        Decoder decoder, IReadOnlyList<int[]> prompts, int maxNewTokens, IReadOnlyCollection<int> stopTokens, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxNewTokens, 1);
        if (prompts.Any(p => p.Length == 0)) throw new ArgumentException("a prompt has no tokens", nameof(prompts));
        if (prompts.Count == 0) return [];

        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        int rows = prompts.Count, longest = prompts.Max(p => p.Length), capacity = longest + maxNewTokens - 1;
        var (tokens, mask) = PadLeft(prompts, longest, capacity, decoder.Device);
        using var cache = new KeyValueCache(decoder.Config, rows, capacity, decoder.Dtype, decoder.Device);

        var logits = Continue(tokens);
        float[][] first = Checked(logits);
        var completions = prompts.Select(_ => new List<int>()).ToArray();
        bool[] finished = new bool[rows];
        for (int step = 1; ; step++)
        {
            var next = logits.argmax(-1);
            Take(next);
            if (step == maxNewTokens || finished.All(f => f)) break;
            logits = Continue(next.unsqueeze(1));
        }
        return [.. completions.Zip(first, (tokens, firstLogits) => new Completion([.. tokens], firstLogits))];

        Tensor Continue(Tensor newTokens)
        {
            cancellation.ThrowIfCancellationRequested();
            using var step = NewDisposeScope();
            var seen = mask?.narrow(1, 0, cache.Length + newTokens.shape[1]);
            var hidden = decoder.Forward(newTokens, seen, cache);
            return decoder.Head(hidden.select(1, -1)).MoveToOuterDisposeScope();
        }

        void Take(Tensor next)
        {
            using var onCpu = next.cpu();
            var chosen = onCpu.data<long>();
            for (int row = 0; row < rows; row++)
            {
                if (finished[row]) continue;
                completions[row].Add((int)chosen[row]);
                finished[row] = stopTokens.Contains((int)chosen[row]);
            }
        }
    }

    /// <summary>Tokens [B, longest] with zeros before the shorter rows, and a mask [B, capacity] that also covers the tokens to come; null where nothing is padded.</summary>
    static (Tensor Tokens, Tensor? Mask) PadLeft(IReadOnlyList<int[]> prompts, int longest, int capacity, Device device)
    {
        long[] tokens = new long[prompts.Count * longest];
        bool[] mask = new bool[prompts.Count * capacity];
        for (int row = 0; row < prompts.Count; row++)
        {
            int padding = longest - prompts[row].Length;
            for (int i = padding; i < longest; i++) tokens[row * longest + i] = prompts[row][i - padding];
            mask.AsSpan(row * capacity + padding, capacity - padding).Fill(true);
        }
        return (tensor(tokens, [prompts.Count, longest], device: device),
            prompts.All(p => p.Length == longest) ? null : tensor(mask, [prompts.Count, capacity], device: device));
    }

    static float[][] Checked(Tensor logits)
    {
        using var scope = NewDisposeScope();
        int rows = (int)logits.shape[0], width = (int)logits.shape[1];
        float[] all = logits.to(ScalarType.Float32).cpu().data<float>().ToArray();
        if (!all.All(float.IsFinite))
        {
            throw new InputException(
                "The model's logits are not finite numbers: its training diverged, or its weights are damaged; lower the learning rate or look at the weights.");
        }
        return [.. Enumerable.Range(0, rows).Select(row => all.AsSpan(row * width, width).ToArray())];
    }
}
