using DcrDsl.Data;
using DcrDsl.Models;
using DcrDsl.Models.Interventions;
using static TorchSharp.torch;

namespace DcrDsl.Evaluation.Steering;

/// <summary>What SCANS makes of its anchors.</summary>
public static class ScansAnchors
{
    /// <summary>The tokens of the agreeing word behind a prompt.</summary>
    /// <param name="model">The model.</param>
    /// <param name="word">The word.</param>
    /// <param name="behind">Prompts that it can stand behind.</param>
    /// <exception cref="InputException">The vocabulary lacks it, or it is empty.</exception>
    public static int[] Suffix(LanguageModel model, string word, SteeringPrompts behind)
    {
        string? unknown = UnknownWords.In([word], model.Chat);
        string wrong = unknown is null ? "empty" : $"{unknown}, which the model's vocabulary lacks";
        if (word.Length == 0 || unknown is not null)
            throw new InputException(
                $"{behind.Name}: the Suffix that scores a query is {wrong}: give a word that its agreeing answers begin with."
            );
        return [.. model.Chat.Openings(behind.Sample, [word])[0]];
    }

    /// <summary>
    /// v: by block, what toxic anchors have more than harmless ones at its output at the last prompt token, of length 1.
    /// </summary>
    /// <param name="toxic">The toxic anchors' mean states, [1, L, H], float64.</param>
    /// <param name="general">The harmless anchors' mean states.</param>
    /// <returns>[L, H], float64.</returns>
    public static Tensor Vectors(Tensor toxic, Tensor general)
    {
        var difference = (toxic - general).squeeze(0);
        return difference / difference.norm(-1, keepdim: true);
    }

    /// <summary>
    /// r: by block, the mean over anchors of how its output at the prompt's last token differs from that at the suffix's last.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="toxic">The toxic anchors.</param>
    /// <param name="suffix">The tokens of the agreeing word.</param>
    /// <param name="cancellation">Looked at before each pass.</param>
    /// <returns>[L, H], float64.</returns>
    public static Tensor Reference(LanguageModel model, SteeringPrompts toxic, int[] suffix, CancellationToken cancellation = default)
    {
        using var scope = NewDisposeScope();
        return Changes(model.Decoder, toxic.Training, suffix, cancellation).mean([0]).MoveToOuterDisposeScope();
    }

    /// <summary>The steering, and how its anchors score.</summary>
    /// <param name="model">The model.</param>
    /// <param name="vectors">v.</param>
    /// <param name="reference">r.</param>
    /// <param name="suffix">The tokens of the agreeing word.</param>
    /// <param name="toxic">The toxic anchors.</param>
    /// <param name="general">The harmless anchors.</param>
    /// <param name="threshold">T.</param>
    /// <param name="strength">a.</param>
    /// <param name="steered">The blocks that are steered.</param>
    /// <param name="scored">The blocks whose states score a query.</param>
    /// <param name="cancellation">Looked at before each pass.</param>
    public static ScansSteering Steering(
        LanguageModel model,
        Tensor vectors,
        Tensor reference,
        int[] suffix,
        SteeringPrompts toxic,
        SteeringPrompts general,
        double threshold,
        double strength,
        BlockRange steered,
        BlockRange scored,
        CancellationToken cancellation = default
    )
    {
        using var scope = NewDisposeScope();
        var anchors = new AnchorScores(threshold, Scores(toxic), Scores(general), steered, scored);
        return new(vectors.to(float32), reference.to(float32), suffix, strength, anchors);

        double[] Scores(SteeringPrompts prompts) =>
            [
                .. Changes(model.Decoder, prompts.Training, suffix, cancellation)
                    .unbind(0)
                    .Select(change => ScansSteering.Score(change, reference, scored)),
            ];
    }

    /// <summary>The changes of prompts, [n, L, H], float64.</summary>
    internal static Tensor Changes(Decoder decoder, IReadOnlyList<int[]> prompts, int[] suffix, CancellationToken cancellation)
    {
        using var frozen = no_grad();
        List<Tensor> changes = [];
        foreach (int[] prompt in prompts)
        {
            cancellation.ThrowIfCancellationRequested();
            changes.Add(ScansSteering.Change(decoder, prompt, suffix).cpu().to(float64));
        }
        return stack(changes);
    }
}
