using System.Globalization;
using DcrDsl.Data;
using DcrDsl.Evaluation.Judging;
using DcrDsl.Evaluation.Likelihoods;
using DcrDsl.Models;
using TorchSharp;

namespace DcrDsl.Evaluation;

/// <summary>Runs a task's prompts through a model.</summary>
public static class PromptTaskRun
{
    /// <summary>
    /// Completes every prompt, judges the completions and, where there are reference answers, takes their likelihood.
    /// Prompts of similar length are decoded together; the outcomes are in the order of the examples. On the meta device, where there are
    /// no values, prompts and judge are
    /// checked and there is no outcome.
    /// </summary>
    /// <param name="name">The task's name.</param>
    /// <param name="examples">The prompts, all of one class.</param>
    /// <param name="model">The model.</param>
    /// <param name="judge">Decides whether a completion refuses.</param>
    /// <param name="maxNewTokens">Longest completion, in tokens.</param>
    /// <param name="batch">Prompts decoded side by side.</param>
    /// <param name="decoding">How completions are written; null: greedily.</param>
    /// <param name="comparison">When a completion is correct; null: <see cref="AnswerComparisons.ExactMatch"/>.</param>
    /// <param name="inDistribution">Whether the prompts were also trained on.</param>
    /// <param name="cancellation">Looked at before each token.</param>
    /// <exception cref="InputException">There are no prompts, their classes differ, the vocabulary lacks a word, a text is longer than the
    /// model takes, or the logits are not finite.</exception>
    /// <exception cref="OperationCanceledException">The caller asked to stop.</exception>
    public static TaskOutcome Run(
        string name,
        IReadOnlyList<Example> examples,
        LanguageModel model,
        IJudge judge,
        int maxNewTokens,
        int batch,
        Decoding? decoding = null,
        AnswerComparison? comparison = null,
        bool inDistribution = false,
        CancellationToken cancellation = default
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        if (examples.Count == 0)
            throw new InputException($"The task '{name}' has no prompts.");
        if (examples.FirstOrDefault(e => e.Class != examples[0].Class) is { } other)
            throw new InputException(
                $"The task '{name}' mixes classes: {examples[0].Origin} is {examples[0].Class}, {other.Origin} is {other.Class}; make a "
                    + $"task of each."
            );

        comparison ??= AnswerComparisons.ExactMatch();
        var prompts = examples.Select(e => Asked(e, model.Chat, maxNewTokens)).ToList();
        RefusalProbability.RequireWords(judge, model.Chat);
        if (model.Decoder.Device.type == DeviceType.META)
        {
            _ = new RefusalProbability(judge, model.Chat, examples[0].Prompt); // whether the openers can be written behind a prompt
            return Checked(name, examples, model.Chat, inDistribution);
        }
        var outcomes = new PromptOutcome[examples.Count];
        foreach (int[] indices in Enumerable.Range(0, examples.Count).OrderBy(i => prompts[i].Length).Chunk(batch))
        {
            cancellation.ThrowIfCancellationRequested();
            int[][] asked = [.. indices.Select(i => prompts[i])];
            var refusal = new RefusalProbability(judge, model.Chat, [.. indices.Select(i => examples[i].Prompt)]);
            var completions = Generation.Complete(
                model.Decoder,
                asked,
                maxNewTokens,
                model.Chat.StopTokens,
                decoding,
                name,
                indices,
                cancellation
            );
            double[] probabilities = refusal.Of(model.Decoder, asked, completions, cancellation);
            var losses = ReferenceLosses(model, indices, examples, cancellation);
            foreach (var (index, completion, probability) in indices.Zip(completions, probabilities))
            {
                var example = examples[index];
                // Where the chat format itself begins the model's reasoning, the completion is kept with that beginning, or it would read
                // as an answer.
                string text = ReasoningBlocks.OpenedBy(model.Chat.Decode(prompts[index])) + model.Chat.Decode(completion.Tokens);
                bool? correct = example.Response is { } reference ? comparison.Holds(text, reference) : null;
                double? loss = losses.TryGetValue(index, out double value) ? value : null;
                outcomes[index] = new(
                    example.Prompt,
                    example.Class,
                    example.Category,
                    example.Response,
                    text,
                    judge.Refuses(text),
                    probability,
                    correct,
                    loss,
                    PlainText.HoldsAnswer(text)
                );
            }
        }
        return new TaskOutcome(name, examples[0].Class, outcomes, inDistribution)
        {
            Judge = judge.Name,
            Comparison = examples.Any(e => e.Response is not null) ? comparison.Name : null,
        };
    }

    static TaskOutcome Checked(string name, IReadOnlyList<Example> examples, IChatTokenizer chat, bool inDistribution)
    {
        foreach (var example in examples)
            if (example.Response is not null)
                Answered(example, chat);
        return new TaskOutcome(name, examples[0].Class, [], inDistribution);
    }

    /// <summary>The prompt's tokens, after which there is room for an answer.</summary>
    static int[] Asked(Example example, IChatTokenizer chat, int maxNewTokens)
    {
        int[] tokens = Refusing(example, () => chat.Prompt(example.Prompt));
        if (chat.LongestText is { } longest && tokens.Length > longest - maxNewTokens)
            throw new InputException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{example.Origin}: the prompt has {tokens.Length:N0} tokens, and with MaxNewTokens = {maxNewTokens:N0} that is more "
                        + $"than the {longest:N0} that the model takes (max_position_embeddings): shorten it, leave it out, or lower "
                        + $"MaxNewTokens."
                )
            );
        return tokens;
    }

    static EncodedText Answered(Example example, IChatTokenizer chat) =>
        Refusing(example, () => chat.Answered(example.Prompt, example.Response!));

    static T Refusing<T>(Example example, Func<T> encode)
    {
        try
        {
            return encode();
        }
        catch (InputException exception)
        {
            throw new InputException($"{example.Origin}: {exception.Message}", exception);
        }
    }

    static Dictionary<int, double> ReferenceLosses(
        LanguageModel model,
        int[] indices,
        IReadOnlyList<Example> examples,
        CancellationToken cancellation
    )
    {
        int[] answered = [.. indices.Where(i => examples[i].Response is not null)];
        var likelihoods = ContinuationLikelihood.Of(
            model.Decoder,
            [.. answered.Select(i => Answered(examples[i], model.Chat))],
            indices.Length,
            cancellation
        );
        return answered.Zip(likelihoods).ToDictionary(p => p.First, p => p.Second.MeanLoss);
    }
}
