using DcrDsl.Definition;
using DcrDsl.Evaluation.Guarding;
using DcrDsl.Evaluation.Watching;
using DcrDsl.Models;
using DcrDsl.Planning;
using DcrDsl.Specs;
using DcrDsl.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Execution.Leaking;

/// <summary>
/// Each prompt's nearest training prompt by the base model's own hidden states, before any stage has changed it. Every text is read once,
/// whatever the number of seeds, unless the seed makes another model.
/// </summary>
sealed class NeighbourSearch(ExecutionOptions options)
{
    // So many vectors are compared with all others at a time.
    const int Rows = 1024;

    static readonly Dictionary<PromptVector, Func<Tensor, TextSpans, Tensor>> Vectors = new()
    {
        [PromptVector.Mean] = HiddenStates.Mean,
        [PromptVector.LastToken] = HiddenStates.LastPromptToken,
    };

    /// <param name="cell">A cell, whose base model reads the prompts.</param>
    /// <param name="declared">Layer, vector and batch.</param>
    /// <param name="texts">The prompts that are measured on, and those that are trained on; at least one of each.</param>
    /// <param name="cancellation">Looked at before each pass.</param>
    /// <returns>For each prompt that is measured on the nearest of the others, by its place, with the cosine.</returns>
    public IReadOnlyList<(int Text, double Similarity)> Nearest(
        Cell cell,
        Neighbours declared,
        (IReadOnlyList<string> Prompts, IReadOnlyList<string> Texts) texts,
        CancellationToken cancellation
    )
    {
        var root = cell.Evaluation.Root;
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var model = ((Make)root.Stage.Body).Create(options.RunOf(root, _ => { }, cancellation));
        int layer = PromptStates.Layer(nameof(Leakage.Neighbours), model, declared.Layer);
        var (prompts, others) = (Read(texts.Prompts), Read(texts.Texts));
        var nearest = new List<(int, double)>(texts.Prompts.Count);
        for (long first = 0; first < prompts.shape[0]; first += Rows)
        {
            cancellation.ThrowIfCancellationRequested();
            using var inner = NewDisposeScope();
            var (similarity, place) = prompts.narrow(0, first, Math.Min(Rows, prompts.shape[0] - first)).matmul(others.t()).max(1);
            nearest.AddRange(
                place
                    .cpu()
                    .data<long>()
                    .ToArray()
                    .Zip(similarity.to(float64).cpu().data<double>().ToArray(), (p, s) => ((int)p, Math.Clamp(s, -1, 1)))
            );
        }
        return nearest;

        // Each text once; vectors of length 1, [N, H].
        Tensor Read(IReadOnlyList<string> all)
        {
            string[] different = [.. all.Distinct(StringComparer.Ordinal)];
            var places = different.Index().ToDictionary(t => t.Item, t => t.Index, StringComparer.Ordinal);
            var parts = new List<Tensor>();
            foreach (string[] some in different.Chunk(Rows))
            {
                double[][] states = PooledStates.Of(
                    model,
                    [.. some.Select(t => Tokens(model, t))],
                    [layer],
                    Vectors[declared.Vector],
                    declared.Batch,
                    cancellation
                )[layer];
                var rows = tensor(states.SelectMany(s => s.Select(v => (float)v)).ToArray(), states.Length, states[0].Length);
                parts.Add(nn.functional.normalize(rows, dim: 1));
            }
            return cat(parts).index_select(0, tensor(all.Select(t => (long)places[t]).ToArray()));
        }
    }

    // A text longer than the model takes is read from its end, where the first response token is predicted.
    static int[] Tokens(LanguageModel model, string text)
    {
        int[] tokens = model.Chat.Prompt(text);
        return model.Chat.LongestText is { } longest && tokens.Length > longest ? tokens[^longest..] : tokens;
    }
}
