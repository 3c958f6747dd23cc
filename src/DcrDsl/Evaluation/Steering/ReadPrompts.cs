using DcrDsl.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Evaluation.Steering;

/// <summary>
/// Prompts laid out once, to be read many times by a model that is changed in between: those of similar length side by side, what all begin
/// with once, and the head at their last tokens only.
/// </summary>
sealed class ReadPrompts : IDisposable
{
    readonly Decoder decoder;
    readonly int[] prefix;
    readonly (int[] Indices, Tensor Tokens, Tensor Last)[] batches;
    readonly CancellationToken cancellation;

    /// <param name="decoder">The model.</param>
    /// <param name="prompts">The prompts' tokens.</param>
    /// <param name="batch">Prompts read side by side, at most.</param>
    /// <param name="cancellation">Looked at before each pass.</param>
    public ReadPrompts(Decoder decoder, IReadOnlyList<int[]> prompts, int batch, CancellationToken cancellation)
    {
        (this.decoder, this.cancellation, Count) = (decoder, cancellation, prompts.Count);
        int shared = SharedPrefix.Length(decoder, prompts, prompts.Max(p => p.Length));
        prefix = prompts[0][..shared];
        batches = [.. Enumerable.Range(0, prompts.Count).OrderBy(i => prompts[i].Length).Chunk(batch).Select(Laid)];

        (int[], Tensor, Tensor) Laid(int[] indices)
        {
            // Padding on the right: no token sees it.
            int width = indices.Max(i => prompts[i].Length) - shared;
            long[] tokens = new long[indices.Length * width],
                last = new long[indices.Length];
            foreach (var (row, index) in indices.Index())
            {
                for (int t = shared; t < prompts[index].Length; t++)
                    tokens[row * width + t - shared] = prompts[index][t];
                last[row] = row * width + prompts[index].Length - shared - 1;
            }
            return (
                indices,
                tensor(tokens, [indices.Length, width], device: decoder.Device).DetachFromDisposeScope(),
                tensor(last, device: decoder.Device).DetachFromDisposeScope()
            );
        }
    }

    /// <summary>How many prompts there are.</summary>
    public int Count { get; }

    /// <summary>
    /// The distributions of the first response token, batch by batch as they are asked for: the prompts' indices and [b, V] in float64.
    /// Each is freed before the next is read.
    /// </summary>
    public IEnumerable<(int[] Indices, Tensor Probabilities)> Distributions()
    {
        using var cache = prefix.Length == 0 ? null : SharedPrefix.Read(decoder, prefix, cancellation);
        cache?.Share();
        foreach (var (indices, tokens, last) in batches)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var hidden = decoder.Forward(tokens, attentionMask: null, cache).flatten(0, 1).index_select(0, last);
            var logits = decoder.Head(hidden);
            // Apple's devices have no double.
            yield return (indices, (logits.device_type == DeviceType.MPS ? logits.cpu() : logits).to(ScalarType.Float64).softmax(-1));
        }
    }

    public void Dispose()
    {
        foreach (var (_, tokens, last) in batches)
        {
            tokens.Dispose();
            last.Dispose();
        }
    }
}
