using DcrDsl.Models;
using DcrDsl.Models.Interventions;
using static TorchSharp.torch;

namespace DcrDsl.Evaluation.Steering;

/// <summary>Mean hidden states of prompts at their last tokens.</summary>
public static class MeanStates
{
    /// <summary>The means over the prompts that are learnt from, in float64.</summary>
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
    ) => Of(model.Decoder, prompts.Training, site, positions, batch, cancellation);

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
        using var reading = new StreamReading(site, positions);
        using var standing = decoder.Intervene(reading);
        var sum = zeros([positions, decoder.Config.Layers, decoder.Config.HiddenSize], float64);
        foreach (int[][] rows in prompts.OrderBy(p => p.Length).Chunk(batch))
        {
            cancellation.ThrowIfCancellationRequested();
            using var pass = NewDisposeScope();
            var (tokens, mask) = PaddedLeft(rows, decoder.Device);
            decoder.Forward(tokens, mask);
            sum.add_(stack([.. reading.States.Values.Select(s => s.cpu().to(float64).sum([0]))], dim: 1)); // [p, L, H]
        }
        return sum.div_(tensor((double)prompts.Count)).MoveToOuterDisposeScope();
    }

    /// <summary>Rows as [B, T], padding before the shorter ones, and their mask; null where there is no padding.</summary>
    internal static (Tensor Tokens, Tensor? Mask) PaddedLeft(int[][] rows, Device device)
    {
        int width = rows.Max(r => r.Length);
        long[] tokens = new long[rows.Length * width];
        bool[] mask = new bool[tokens.Length];
        for (int row = 0; row < rows.Length; row++)
        for (int t = 0, at = (row + 1) * width - rows[row].Length; t < rows[row].Length; t++, at++)
            (tokens[at], mask[at]) = (rows[row][t], true);
        return (
            tensor(tokens, [rows.Length, width], device: device),
            mask.All(m => m) ? null : tensor(mask, [rows.Length, width], device: device)
        );
    }
}
