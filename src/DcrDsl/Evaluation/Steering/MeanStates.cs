using DcrDsl.Evaluation.Likelihoods;
using DcrDsl.Models;
using DcrDsl.Models.Interventions;
using static TorchSharp.torch;

namespace DcrDsl.Evaluation.Steering;

/// <summary>Mean hidden states of prompts at their last tokens.</summary>
public static class MeanStates
{
    /// <summary>
    /// The means over the prompts that are learnt from, in float64. Where the model has said by its refusals which these are, it has read
    /// them then, and they are not read again.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="prompts">The prompts.</param>
    /// <param name="site">Where in the blocks.</param>
    /// <param name="positions">p: how many of the last tokens.</param>
    /// <param name="batch">Prompts read side by side.</param>
    /// <param name="cancellation">Looked at before each pass.</param>
    /// <returns>[p, L, H], the caller's.</returns>
    public static Tensor Of(
        LanguageModel model,
        SteeringPrompts prompts,
        StreamSite site,
        int positions,
        int batch,
        CancellationToken cancellation = default
    ) =>
        prompts.States is { } known && known.Site == site && known.Positions >= positions
            ? known.Mean(positions)
            : Of(model.Decoder, prompts.Training, site, positions, batch, cancellation);

    internal static Tensor Of(
        Decoder decoder,
        IReadOnlyList<int[]> prompts,
        StreamSite site,
        int positions,
        int batch,
        CancellationToken cancellation
    )
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        int layers = decoder.Config.Layers;
        var sum = zeros([positions, layers, decoder.Config.HiddenSize], float64);
        if (decoder.ReadsTrees(prompts.Max(p => p.Length)))
            ReadTrees();
        else
            ReadRows();
        return sum.div_(tensor((double)prompts.Count)).MoveToOuterDisposeScope();

        void ReadTrees()
        {
            ContinuationTree[] trees = [.. prompts.Select(p => new ContinuationTree(p))];
            foreach (int[] part in TreeReader.Parts(trees, batch))
            {
                cancellation.ThrowIfCancellationRequested();
                using var pass = NewDisposeScope();
                using var reader = new TreeReader(decoder);
                reader.Read(
                    [.. part.Select(i => trees[i])],
                    into: null,
                    places => new PlaceReading(
                        site,
                        [.. Enumerable.Range(1, layers)],
                        (block, states) => Add(block, states.view(part.Length, positions, -1)),
                        places
                    ),
                    out _,
                    positions
                );
            }
        }

        void ReadRows()
        {
            using var reading = new StreamReading(site, positions);
            using var standing = decoder.Intervene(reading);
            foreach (int[][] rows in prompts.OrderBy(p => p.Length).Chunk(batch))
            {
                cancellation.ThrowIfCancellationRequested();
                using var pass = NewDisposeScope();
                int width = rows.Max(r => r.Length);
                decoder.Forward(LeftPadding.Tokens(rows, width, decoder.Device), LeftPadding.Mask(rows, width, decoder.Device));
                foreach (var (block, states) in reading.States)
                    Add(block, states);
            }
        }

        void Add(int block, Tensor states) => sum.select(1, block - 1).add_(states.cpu().to(float64).sum([0]));
    }
}
