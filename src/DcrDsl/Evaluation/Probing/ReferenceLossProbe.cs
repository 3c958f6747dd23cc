using DcrDsl.Data;
using DcrDsl.Evaluation.Likelihoods;
using DcrDsl.Models;

namespace DcrDsl.Evaluation.Probing;

public static partial class Probes
{
    /// <summary>The mean negative log-likelihood of reference answers, in nats.</summary>
    public static IProbe ReferenceLoss() => new ReferenceLossProbe();
}

/// <summary>The mean negative log-likelihood of a reference answer's tokens, in nats.</summary>
sealed class ReferenceLossProbe : IProbe
{
    /// <summary>The probe's name.</summary>
    public const string Key = nameof(Specs.ReferenceLoss);

    public string Name => Key;

    public void Check(LanguageModel model, IReadOnlyList<Example> examples)
    {
        foreach (var example in examples)
            if (example.Response is not null)
                Encoded(example, model.Chat);
    }

    public IReadOnlyList<double?> Of(ProbedBatch batch, CancellationToken cancellation)
    {
        int[] answered = [.. Enumerable.Range(0, batch.Examples.Count).Where(i => batch.Examples[i].Response is not null)];
        var likelihoods = ContinuationLikelihood.Of(
            batch.Model.Decoder,
            [.. answered.Select(i => Encoded(batch.Examples[i], batch.Model.Chat))],
            batch.Examples.Count,
            cancellation
        );
        var losses = new double?[batch.Examples.Count];
        foreach (var (place, likelihood) in answered.Zip(likelihoods))
            losses[place] = likelihood.MeanLoss;
        return losses;
    }

    static EncodedText Encoded(Example example, IChatTokenizer chat) =>
        example.Encoded(() => chat.Answered(example.Prompt, example.Response!));
}
