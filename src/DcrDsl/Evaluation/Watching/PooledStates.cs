using System.Globalization;
using DcrDsl.Data.Batches;
using DcrDsl.Models;
using DcrDsl.Models.Interventions;
using DcrDsl.Tensors;
using static TorchSharp.torch;

namespace DcrDsl.Evaluation.Watching;

/// <summary>
/// One vector a prompt out of the hidden states after several blocks, as the model has them when it answers that prompt, in one pass for
/// all of them; blocks above are not run.
/// </summary>
static class PooledStates
{
    /// <summary>The layers in order.</summary>
    /// <param name="model">The model.</param>
    /// <param name="layers">The layers, counted from 1; none: all.</param>
    /// <exception cref="InputException">The model has no such layer.</exception>
    public static int[] Layers(LanguageModel model, IReadOnlyList<int> layers)
    {
        int depth = model.Decoder.Config.Layers;
        if (layers.Any(l => l < 1 || l > depth))
            throw new InputException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Layer {layers.First(l => l < 1 || l > depth)} does not exist: the model has layers 1 to {depth}."
                )
            );
        return layers.Count > 0 ? [.. layers.Distinct().Order()] : [.. Enumerable.Range(1, depth)];
    }

    /// <param name="model">The model.</param>
    /// <param name="prompts">The prompts' tokens.</param>
    /// <param name="layers">The layers, counted from 1.</param>
    /// <param name="pool">Hidden states [N, H] of the prompts that stand among them to vectors [B, H].</param>
    /// <param name="batch">Prompts read side by side.</param>
    /// <param name="cancellation">Looked at before each pass.</param>
    /// <returns>By layer, the vectors in the order of the prompts.</returns>
    /// <exception cref="OperationCanceledException">The caller asked to stop.</exception>
    public static IReadOnlyDictionary<int, double[][]> Of(
        LanguageModel model,
        IReadOnlyList<int[]> prompts,
        IReadOnlyList<int> layers,
        Func<Tensor, TextSpans, Tensor> pool,
        int batch,
        CancellationToken cancellation
    )
    {
        var vectors = layers.ToDictionary(l => l, _ => new double[prompts.Count][]);
        int deepest = layers.Max();
        // Prompts of similar length are read together.
        foreach (int[] indices in Enumerable.Range(0, prompts.Count).OrderBy(i => prompts[i].Length).Chunk(batch))
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            int[][] rows = [.. indices.Select(i => prompts[i])];
            var (decoder, device) = (model.Decoder, model.Decoder.Device);
            var tokens = PaddedRows.Tokens(
                [.. rows.Select(r => new ArraySegment<int>(r))],
                rows.Max(r => r.Length),
                model.Chat.PadToken,
                device
            );
            long[] lengths = [.. rows.Select(r => (long)r.Length)];
            var spans = TextSpans.OfPadded(tensor(lengths, device: device), tokens.shape[1]);
            decoder.HiddenAfter(tokens, deepest, decoder.Standing(decoder.StandingFor(rows), new Reader(layers, Keep)));

            void Keep(int layer, Tensor hidden)
            {
                double[] flat = [.. pool(hidden.flatten(0, 1), spans).to(ScalarType.Float64).cpu().data<double>()];
                int width = flat.Length / indices.Length;
                foreach (var (row, index) in indices.Index())
                    vectors[layer][index] = flat[(row * width)..((row + 1) * width)];
            }
        }
        return vectors;
    }

    /// <summary>Hands on the residual stream after some blocks, and changes nothing.</summary>
    sealed class Reader(IReadOnlyList<int> layers, Action<int, Tensor> keep) : IIntervention
    {
        public bool StandsAt(StreamSite site, int block) => site == StreamSite.BlockOutput && layers.Contains(block);

        public Tensor Apply(Tensor states, StreamVisit visit)
        {
            keep(visit.Block, states);
            return states;
        }
    }
}
