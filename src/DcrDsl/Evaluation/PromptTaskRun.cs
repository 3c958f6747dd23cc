using System.Globalization;
using DcrDsl.Data;
using DcrDsl.Evaluation.Guarding;
using DcrDsl.Evaluation.Judging;
using DcrDsl.Evaluation.Probing;
using DcrDsl.Models;
using DcrDsl.Specs;
using DcrDsl.Wording;
using TorchSharp;

namespace DcrDsl.Evaluation;

/// <summary>Asks a model a task's prompts.</summary>
public static class PromptTaskRun
{
    /// <summary>
    /// Completes every prompt and asks the probes beside it. Prompts of similar length are decoded together; the answers are in the order
    /// of the examples. What guards stand around the model are asked before and after it: where one refuses, its text is the completion,
    /// and the refusal probability is 1. On the meta device, where there are no values, prompts and probes are checked and there is no
    /// answer.
    /// </summary>
    /// <param name="name">The task's name.</param>
    /// <param name="examples">The prompts, all of one class.</param>
    /// <param name="model">The model.</param>
    /// <param name="probes">What is read off the model beside each completion.</param>
    /// <param name="maxNewTokens">Longest completion, in tokens.</param>
    /// <param name="batch">Prompts decoded side by side.</param>
    /// <param name="decoding">How completions are written; null: greedily.</param>
    /// <param name="comparison">When a completion is correct; null: <see cref="AnswerComparisons.ExactMatch"/>.</param>
    /// <param name="inDistribution">Whether the prompts were also trained on.</param>
    /// <param name="stopWhenJudgedBy">
    /// All judges that are going to judge, where a completion is to end as soon as none of their verdicts on it can change; null: every
    /// completion is written whole.
    /// </param>
    /// <param name="cancellation">Looked at before each token.</param>
    /// <exception cref="InputException">There are no prompts, their classes differ, the vocabulary lacks a word, a text is longer than the
    /// model takes, or the logits are not finite.</exception>
    /// <exception cref="OperationCanceledException">The caller asked to stop.</exception>
    public static PromptAnswers Run(
        string name,
        IReadOnlyList<Example> examples,
        LanguageModel model,
        IReadOnlyList<IProbe> probes,
        int maxNewTokens,
        int batch,
        Decoding? decoding = null,
        AnswerComparison? comparison = null,
        bool inDistribution = false,
        IReadOnlyList<IJudge>? stopWhenJudgedBy = null,
        CancellationToken cancellation = default
    ) =>
        Ask(
            name,
            examples,
            model,
            probes,
            maxNewTokens,
            batch,
            decoding,
            comparison,
            inDistribution,
            SettledVerdicts.Of(stopWhenJudgedBy, examples, model.Chat),
            cancellation
        );

    /// <summary>The same, where judges may see other prompts than are asked.</summary>
    internal static PromptAnswers Ask(
        string name,
        IReadOnlyList<Example> examples,
        LanguageModel model,
        IReadOnlyList<IProbe> probes,
        int maxNewTokens,
        int batch,
        Decoding? decoding,
        AnswerComparison? comparison,
        bool inDistribution,
        SettledVerdicts? settled,
        CancellationToken cancellation
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
        AnsweringProgress.Tell(name, 0, examples.Count);
        if (model.Decoder.Device.type == DeviceType.META)
        {
            foreach (var probe in probes)
                probe.Check(model, examples);
            return new PromptAnswers(name, examples[0].Class, [], inDistribution);
        }
        var answering = new GuardedAnswering(model, maxNewTokens, decoding, name, cancellation);
        var answers = new PromptAnswer[examples.Count];
        int answered = 0;
        int[] byLength = [.. Enumerable.Range(0, examples.Count).OrderBy(i => prompts[i].Length)];
        var said = new BatchesAtOnce<GuardedAnswer[]>(byLength, batch, model.Decoder, Said);
        foreach (var (number, indices) in said.Batches.Index())
        {
            cancellation.ThrowIfCancellationRequested();
            var task = new PromptAnswers(name, examples[0].Class, [], inDistribution);
            var lines = PassLog.Of(name, indices.Length, () => Probed(indices, said.Of(number)).ConvertAll(a => PromptLine.Of(task, a)));
            foreach (var (line, index) in lines.Zip(indices))
                answers[index] = line.Answer();
            AnsweringProgress.Tell(name, answered += indices.Length, examples.Count);
        }
        return new PromptAnswers(name, examples[0].Class, answers, inDistribution)
        {
            Comparison = examples.Any(e => e.Response is not null) ? comparison.Name : null,
        };

        GuardedAnswer[] Said(int[] indices) =>
            answering.Of(
                [.. indices.Select(i => examples[i].Prompt)],
                [.. indices.Select(i => prompts[i])],
                indices,
                (place, asked) => [.. probes.SelectMany(p => p.Behind(model, examples[indices[place]], asked))],
                [.. probes.Select(p => p.Layer(model)).OfType<int>()],
                settled is null ? null : (place, text) => settled.Are(indices[place], text)
            );

        List<PromptAnswer> Probed(int[] indices, GuardedAnswer[] said)
        {
            int[] written = [.. Enumerable.Range(0, said.Length).Where(place => said[place].Said is not null)];
            var batched = new ProbedBatch(
                model,
                [.. written.Select(place => examples[indices[place]])],
                [.. written.Select(place => said[place].Asked)],
                [.. written.Select(place => said[place].Said!)]
            );
            var read = probes
                .Select(p => (p.Name, p.OfGuardedRefusal, Values: written.Length == 0 ? [] : p.Of(batched, cancellation)))
                .ToList();
            return [.. indices.Select((index, place) => Answer(examples[index], place))];

            PromptAnswer Answer(Example example, int place)
            {
                var completion = said[place].Completion(model.Chat);
                int row = Array.IndexOf(written, place);
                return new PromptAnswer(example.Prompt, example.Class, example.Category, example.Response, completion)
                {
                    Language = example.Language,
                    Source = example.Source,
                    Correct = example.Response is { } reference ? comparison.Holds(completion.Text, reference) : null,
                    Probes = ValueList.Of(
                        read.Select(p => (p.Name, Value: row < 0 ? p.OfGuardedRefusal : p.Values[row]))
                            .Where(p => p.Value is not null)
                            .Select(p => new ProbeValue(p.Name, p.Value!.Value))
                    ),
                    Guarded = said[place].Trace,
                };
            }
        }
    }

    /// <summary>The prompt's tokens, after which there is room for an answer.</summary>
    static int[] Asked(Example example, IChatTokenizer chat, int maxNewTokens)
    {
        int[] tokens = example.Encoded(() => chat.Prompt(example.Prompt));
        if (chat.LongestText is { } longest && tokens.Length > longest - maxNewTokens)
            throw new InputException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{example.Origin}: the prompt has {English.Count(tokens.Length, "token")}, "
                        + $"and with MaxNewTokens = {maxNewTokens:N0} that is more "
                        + $"than the {longest:N0} that the model takes (max_position_embeddings): shorten it, leave it out, or lower "
                        + $"MaxNewTokens."
                )
            );
        return tokens;
    }
}
