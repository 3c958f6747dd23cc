using DcrDsl.Evaluation.Steering;
using DcrDsl.Models;
using DcrDsl.Models.Interventions;
using static TorchSharp.torch;

namespace DcrDsl.Evaluation.Guarding;

/// <summary>
/// The states of one class's prompts after a block at their last token, as the model has them when it is about to answer: of prompts to fit
/// to and of others to measure by, [n][H] each.
/// </summary>
public sealed class PromptStates
{
    PromptStates(double[][] training, double[][] validation) => (Training, Validation) = (training, validation);

    internal double[][] Training { get; }

    internal double[][] Validation { get; }

    /// <summary>The block that is meant: the one in the middle unless one is named.</summary>
    /// <param name="name">The stage, for messages.</param>
    /// <param name="model">The model.</param>
    /// <param name="layer">ℓ, counted from 1; null: the middle.</param>
    /// <exception cref="InputException">The model has no such block.</exception>
    public static int Layer(string name, LanguageModel model, int? layer = null)
    {
        int layers = model.Decoder.Config.Layers,
            chosen = layer ?? (layers + 1) / 2;
        return chosen >= 1 && chosen <= layers
            ? chosen
            : throw new InputException(
                FormattableString.Invariant($"{name}: there is no layer {chosen} in a model of {layers}; choose one from 1 to {layers}.")
            );
    }

    /// <summary>Reads them.</summary>
    /// <param name="model">The model, with whatever changes its states.</param>
    /// <param name="prompts">The prompts.</param>
    /// <param name="layer">ℓ, counted from 1.</param>
    /// <param name="batch">Prompts read side by side.</param>
    /// <param name="cancellation">Looked at before each pass.</param>
    public static PromptStates Of(
        LanguageModel model,
        SteeringPrompts prompts,
        int layer,
        int batch,
        CancellationToken cancellation = default
    ) =>
        new(
            Read(model.Decoder, prompts.Training, layer, batch, cancellation),
            Read(model.Decoder, prompts.Validation, layer, batch, cancellation)
        );

    internal static double[][] Read(Decoder decoder, IReadOnlyList<int[]> prompts, int layer, int batch, CancellationToken cancellation)
    {
        using var frozen = no_grad();
        double[][] states = new double[prompts.Count][];
        foreach (int[] places in Enumerable.Range(0, prompts.Count).OrderBy(i => prompts[i].Length).Chunk(batch))
        {
            cancellation.ThrowIfCancellationRequested();
            using var pass = NewDisposeScope();
            using var reading = new StreamReading(StreamSite.BlockOutput);
            int[][] rows = [.. places.Select(i => prompts[i])];
            var (tokens, mask) = MeanStates.PaddedLeft(rows, decoder.Device);
            decoder.Forward(tokens, mask, cache: null, decoder.Standing(decoder.StandingFor(rows), reading));
            int width = decoder.Config.HiddenSize;
            float[] all = reading.States[layer].select(1, -1).to(float32).cpu().contiguous().data<float>().ToArray(); // [b, H]
            foreach (var (row, place) in places.Index())
                states[place] = [.. all.AsSpan(row * width, width).ToArray().Select(h => (double)h)];
        }
        return states;
    }
}
