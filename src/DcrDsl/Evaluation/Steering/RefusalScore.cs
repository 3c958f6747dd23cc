using DcrDsl.Evaluation.Likelihoods;
using DcrDsl.Models;
using DcrDsl.Models.Interventions;
using static TorchSharp.torch;

namespace DcrDsl.Evaluation.Steering;

/// <summary>
/// How much a model is about to refuse a prompt, told without generating (Arditi et al., 2024): log(P + ε) − log(1 − P + ε), P the
/// probability that the first response token is one that refusals begin with, ε = 1e-8. Above 0 it is likelier than not.
/// </summary>
public sealed class RefusalScore
{
    const double Epsilon = 1e-8;
    readonly Decoder decoder;
    readonly long[] openers;
    readonly int batch;
    readonly CancellationToken cancellation;

    internal RefusalScore(Decoder decoder, IReadOnlyList<long> openers, int batch, CancellationToken cancellation)
    {
        (this.decoder, this.batch, this.cancellation) = (decoder, batch, cancellation);
        this.openers = [.. openers.Distinct()];
    }

    /// <summary>The score of a model's refusals.</summary>
    /// <param name="model">The model.</param>
    /// <param name="openers">What a refusal begins with; the first token of each counts, as it stands behind a prompt.</param>
    /// <param name="behind">Prompts that it can stand behind.</param>
    /// <param name="batch">Prompts read side by side.</param>
    /// <param name="cancellation">Looked at before each pass.</param>
    /// <exception cref="InputException">There are no openers, or the vocabulary lacks one.</exception>
    public static RefusalScore Of(
        LanguageModel model,
        IReadOnlyList<string> openers,
        SteeringPrompts behind,
        int batch,
        CancellationToken cancellation = default
    )
    {
        string? unknown = UnknownWords.In(openers, model.Chat);
        if (openers.Count == 0 || unknown is not null)
            throw new InputException(
                $"The refusal score is made of {unknown ?? "nothing"}{(unknown is null ? "" : ", which the model's vocabulary lacks")}: "
                    + "name in RefusalOpeners what the model's refusals begin with (for ToyWorld's models: sorry, no, unfortunately)."
            );
        return new(model.Decoder, [.. model.Chat.Openings(behind.Sample, openers).Select(tokens => (long)tokens[0])], batch, cancellation);
    }

    /// <summary>The prompts to learn from that the model refuses.</summary>
    /// <exception cref="InputException">There are fewer than two.</exception>
    public SteeringPrompts Refused(SteeringPrompts prompts) =>
        Kept(
            prompts,
            s => s > 0,
            "refuses",
            "steer a model that was tuned for safety, or name in RefusalOpeners what its refusals begin with"
        );

    /// <summary>The prompts to learn from that the model answers.</summary>
    /// <exception cref="InputException">There are fewer than two.</exception>
    public SteeringPrompts Answered(SteeringPrompts prompts) =>
        Kept(prompts, s => s < 0, "answers", "name in RefusalOpeners only what its refusals, and not its answers, begin with");

    /// <summary>Those with some scores, and their states at the inputs of all blocks, which the same pass has.</summary>
    internal SteeringPrompts Kept(SteeringPrompts prompts, Func<double, bool> keeps, string what, string otherwise)
    {
        using var frozen = no_grad();
        var sums = new StateSums(decoder, StreamSite.BlockInput, SteeringPrompts.CommonEnd(prompts));
        bool[] kept = new bool[prompts.Training.Count];
        foreach (var (indices, probabilities, states) in Laid(prompts.Training).WithStates(sums.Site, sums.Positions))
        {
            long[] rows = [.. Of(probabilities).Index().Where(s => keeps(s.Item)).Select(s => (long)s.Index)];
            foreach (long row in rows)
                kept[indices[row]] = true;
            sums.Add(states, rows);
        }
        return prompts.Keeping(kept, sums, what, otherwise);
    }

    /// <summary>The scores of prompts, in their order.</summary>
    internal double[] Of(IReadOnlyList<int[]> prompts)
    {
        using var frozen = no_grad();
        using var reader = new TreeReader(decoder);
        return Of(Laid(prompts), reader);
    }

    /// <summary>The same, once more.</summary>
    /// <param name="prompts">The prompts.</param>
    /// <param name="reader">See <see cref="ReadPrompts.Distributions"/>.</param>
    internal double[] Of(ReadPrompts prompts, TreeReader reader)
    {
        double[] scores = new double[prompts.Count];
        foreach (var (indices, probabilities) in prompts.Distributions(reader))
        foreach (var (index, score) in indices.Zip(Of(probabilities)))
            scores[index] = score;
        return scores;
    }

    /// <summary>The scores of distributions [b, V].</summary>
    internal double[] Of(Tensor probabilities)
    {
        double[] mass = probabilities
            .index_select(1, tensor(openers, device: probabilities.device))
            .sum([-1])
            .cpu()
            .data<double>()
            .ToArray();
        return [.. mass.Select(p => Math.Log(p + Epsilon) - Math.Log(1 - p + Epsilon))];
    }

    internal ReadPrompts Laid(IReadOnlyList<int[]> prompts, int? most = null) =>
        new(decoder, prompts, Math.Min(batch, most ?? batch), cancellation);

    internal Decoder Decoder => decoder;
}
