using DcrDsl.Evaluation.Likelihoods;
using DcrDsl.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Evaluation.Steering;

/// <summary>
/// Prompts to be read many times by a model that is changed in between: the shorter first, what they begin with once, without padding, and
/// the head at their last tokens only. Where a model cannot read trees they are padded rows.
/// </summary>
sealed class ReadPrompts
{
    readonly Decoder decoder;
    readonly CancellationToken cancellation;
    readonly bool asTrees;
    readonly (int[] Indices, ContinuationTree[] Trees)[] parts;

    /// <param name="decoder">The model.</param>
    /// <param name="prompts">The prompts' tokens.</param>
    /// <param name="batch">Prompts read side by side, at most.</param>
    /// <param name="cancellation">Looked at before each pass.</param>
    public ReadPrompts(Decoder decoder, IReadOnlyList<int[]> prompts, int batch, CancellationToken cancellation)
    {
        (this.decoder, this.cancellation, Count) = (decoder, cancellation, prompts.Count);
        asTrees = decoder.ReadsTrees(prompts.Max(p => p.Length));
        parts =
        [
            .. Enumerable
                .Range(0, prompts.Count)
                .OrderBy(i => prompts[i].Length)
                .Chunk(batch)
                .Select(indices => (indices, Array.ConvertAll(indices, i => new ContinuationTree(prompts[i])))),
        ];
    }

    /// <summary>How many prompts there are.</summary>
    public int Count { get; }

    /// <summary>
    /// The distributions of the first response token, part by part as they are asked for: the prompts' indices and [b, V] in float64.
    /// Each is freed before the next is read.
    /// </summary>
    /// <param name="reader">
    /// Has read nothing yet, or other prompts with the same model: with them a beginning that these share is not read again.
    /// </param>
    public IEnumerable<(int[] Indices, Tensor Probabilities)> Distributions(TreeReader reader)
    {
        foreach (var (indices, trees) in parts)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var logits = decoder.Head(asTrees ? Read(trees) : Padded(trees));
            // Apple's devices have no double.
            yield return (indices, (logits.device_type == DeviceType.MPS ? logits.cpu() : logits).to(ScalarType.Float64).softmax(-1));
        }

        Tensor Read(ContinuationTree[] trees)
        {
            reader.Read(trees, into: null, reading: null, out var ends);
            return ends;
        }
    }

    Tensor Padded(ContinuationTree[] trees)
    {
        int[][] rows = Array.ConvertAll(trees, t => t.Context);
        int width = rows.Max(r => r.Length);
        var mask = LeftPadding.Mask(rows, width, decoder.Device);
        return decoder.Forward(LeftPadding.Tokens(rows, width, decoder.Device), mask).select(1, -1);
    }
}
