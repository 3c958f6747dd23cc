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

    IReadOnlyList<int[]> IProbe.Behind(LanguageModel model, Example example, int[] asked) =>
        example.Response is not null && Behind(Encoded(example, model.Chat), asked) is { } answer ? [answer] : [];

    /// <summary>The reference's tokens behind a prompt; null: the text that holds it begins with other tokens.</summary>
    static int[]? Behind(EncodedText text, int[] asked) =>
        text.Tokens.AsSpan(0, text.ResponseStart).SequenceEqual(asked) ? text.Tokens[text.ResponseStart..] : null;

    public IReadOnlyList<double?> Of(ProbedBatch batch, CancellationToken cancellation)
    {
        var losses = new double?[batch.Examples.Count];
        var encoded = new EncodedText[losses.Length];
        List<int> answered = [];
        for (int i = 0; i < losses.Length; i++)
        {
            if (batch.Examples[i].Response is null)
                continue;
            encoded[i] = Encoded(batch.Examples[i], batch.Model.Chat);
            if (batch.Beside(i) is { } beside && Behind(encoded[i], batch.Asked[i]) is { } answer)
                losses[i] = beside.Likelihood(answer)?.MeanLoss;
            if (losses[i] is null)
                answered.Add(i);
        }
        var likelihoods = ContinuationLikelihood.Of(
            batch.Model.Decoder,
            [.. answered.Select(i => encoded[i])],
            batch.Examples.Count,
            cancellation
        );
        foreach (var (place, likelihood) in answered.Zip(likelihoods))
            losses[place] = likelihood.MeanLoss;
        return losses;
    }

    static EncodedText Encoded(Example example, IChatTokenizer chat) =>
        example.Encoded(() => chat.Answered(example.Prompt, example.Response!));
}
