using DcrDsl.Data;
using DcrDsl.Data.Batches;
using DcrDsl.Evaluation.Likelihoods;
using DcrDsl.Models;

namespace DcrDsl.Evaluation.Preferences;

/// <summary>Asks a model which of two answers it prefers.</summary>
public static class PreferenceTaskRun
{
    /// <summary>
    /// The log-probabilities of both answers to every prompt, which is read once for the two. The outcomes are in the order of the pairs.
    /// On the meta device, where there are no values, the pairs are checked and there is no outcome.
    /// </summary>
    /// <param name="name">The task's name.</param>
    /// <param name="pairs">Prompts with two answers each.</param>
    /// <param name="model">The model.</param>
    /// <param name="batch">Prompts read side by side, at most.</param>
    /// <param name="inDistribution">Whether the pairs were also trained on.</param>
    /// <param name="cancellation">Looked at before each pass.</param>
    /// <exception cref="InputException">
    /// There are no pairs, an answer is missing or empty, two are the same, the vocabulary lacks a word, a text is longer than the model
    /// takes, or the model's logits are not finite.
    /// </exception>
    /// <exception cref="OperationCanceledException">The caller asked to stop.</exception>
    public static PreferenceAnswers Run(
        string name,
        IReadOnlyList<Example> pairs,
        LanguageModel model,
        int batch,
        bool inDistribution = false,
        CancellationToken cancellation = default
    )
    {
        if (pairs.Count == 0)
            throw new InputException($"The task '{name}' has no pairs of answers.");
        var encoded = pairs.Select(pair => AnswerPair.Of(pair, model.Chat)).ToList();
        AnsweringProgress.Tell(name, 0, pairs.Count);
        if (model.Decoder.Device.type == TorchSharp.DeviceType.META)
            return new PreferenceAnswers(name, [], inDistribution);
        var likelihoods = ContinuationLikelihood.Of(
            model.Decoder,
            [.. encoded.SelectMany(pair => new[] { pair.Chosen, pair.Rejected })],
            batch,
            cancellation,
            prompts => AnsweringProgress.Tell(name, Math.Min(prompts, pairs.Count), pairs.Count)
        );
        AnsweringProgress.Tell(name, pairs.Count, pairs.Count);
        return new PreferenceAnswers(name, [.. pairs.Select(Outcome)], inDistribution);

        PreferenceOutcome Outcome(Example pair, int i)
        {
            var (chosen, rejected) = (likelihoods[2 * i], likelihoods[2 * i + 1]);
            return new(
                pair.Prompt,
                pair.Category,
                pair.Response!,
                pair.Rejected!,
                chosen.Log,
                rejected.Log,
                chosen.Tokens,
                rejected.Tokens
            );
        }
    }
}
