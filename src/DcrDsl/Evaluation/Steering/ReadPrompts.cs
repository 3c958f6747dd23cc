using DcrDsl.Evaluation.Likelihoods;
using DcrDsl.Models;
using DcrDsl.Models.Interventions;
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
            yield return (indices, Probabilities(asTrees ? Read(trees) : Padded(trees)));
        }

        Tensor Read(ContinuationTree[] trees)
        {
            reader.Read(trees, into: null, reading: null, out var ends);
            return ends;
        }
    }

    /// <summary>The same, once, with the states of the prompts' last tokens by block, counted from 1: [b, positions, H].</summary>
    /// <param name="site">Where in the blocks.</param>
    /// <param name="positions">How many of the last tokens.</param>
    public IEnumerable<(int[] Indices, Tensor Probabilities, IReadOnlyDictionary<int, Tensor> States)> WithStates(
        StreamSite site,
        int positions
    )
    {
        foreach (var (indices, trees) in parts)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            using var reading = new StreamReading(site, positions);
            var probabilities = Probabilities(asTrees ? Read(trees, reading) : ReadPadded(trees, reading));
            yield return (indices, probabilities, reading.States);
        }

        // More than the last token is read in a reader's first part only.
        Tensor Read(ContinuationTree[] trees, StreamReading reading)
        {
            using var reader = new TreeReader(decoder);
            reader.Read(
                trees,
                into: null,
                places => new PlaceReading(
                    site,
                    [.. Enumerable.Range(1, decoder.Config.Layers)],
                    (block, states) => reading.Keep(block, states.view(trees.Length, positions, -1)),
                    places
                ),
                out var ends,
                positions
            );
            return ends.view(trees.Length, positions, -1).select(1, -1);
        }

        Tensor ReadPadded(ContinuationTree[] trees, StreamReading reading)
        {
            using var standing = decoder.Intervene(reading);
            return Padded(trees);
        }
    }

    // Apple's devices have no double.
    Tensor Probabilities(Tensor ends)
    {
        var logits = decoder.Head(ends);
        return (logits.device_type == DeviceType.MPS ? logits.cpu() : logits).to(ScalarType.Float64).softmax(-1);
    }

    Tensor Padded(ContinuationTree[] trees)
    {
        int[][] rows = Array.ConvertAll(trees, t => t.Context);
        int width = rows.Max(r => r.Length);
        var mask = LeftPadding.Mask(rows, width, decoder.Device);
        return decoder.Forward(LeftPadding.Tokens(rows, width, decoder.Device), mask).select(1, -1);
    }
}
