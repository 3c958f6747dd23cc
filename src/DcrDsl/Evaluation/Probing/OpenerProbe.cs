using System.Collections.Concurrent;
using DcrDsl.Data;
using DcrDsl.Evaluation.Likelihoods;
using DcrDsl.Models;

namespace DcrDsl.Evaluation.Probing;

/// <summary>The probes by the names that specs call them by; each function stands beside the probe that it makes.</summary>
public static partial class Probes
{
    /// <summary>The probability that the response begins with one of the openers.</summary>
    /// <param name="openers">What a refusal begins with; null: nothing is known of it.</param>
    /// <exception cref="InputException">There are no openers.</exception>
    public static IProbe RefusalProbability(IReadOnlyList<string>? openers = null) => new OpenerProbe(openers ?? []);
}

/// <summary>
/// The probability that a model's response begins with one of the openers, written as they are and, where the tokenizer knows it,
/// with a capital and with a curly apostrophe. Openers of one token are read off the first response token's logits; longer ones count with
/// all their tokens, so that "I can" is told from "I cannot", at the cost of another pass.
/// </summary>
sealed class OpenerProbe : IProbe
{
    /// <summary>The probe's name.</summary>
    public const string Key = nameof(Specs.RefusalProbability);

    // More than are answered side by side.
    const int MostKnown = 4096;

    readonly IReadOnlyList<string> openers;
    readonly ConcurrentDictionary<(IChatTokenizer Chat, string Prompt), IReadOnlyList<int[]>> written = [];

    /// <exception cref="InputException">There are no openers.</exception>
    public OpenerProbe(IReadOnlyList<string> openers)
    {
        if (openers.Count == 0)
            throw new InputException("The refusal probability has no openers of which it is made: name at least one.");
        this.openers = openers;
    }

    public string Name => Key;

    /// <summary>A guard's refusal is certain.</summary>
    public double? OfGuardedRefusal => 1;

    public void Check(LanguageModel model, IReadOnlyList<Example> examples)
    {
        RequireWords(model.Chat);
        Written(model.Chat, examples[0].Prompt); // whether the openers can be written behind a prompt
    }

    /// <summary>
    /// The probability after each prompt, in double, so that prompts that are refused all but surely are still told apart.
    /// </summary>
    public IReadOnlyList<double?> Of(ProbedBatch batch, CancellationToken cancellation)
    {
        IReadOnlyList<int[]>[] written = [.. batch.Examples.Select(e => Known(batch.Model, e.Prompt))];
        if (!written.Any(own => own.Any(o => o.Length > 1)))
            return [.. batch.Decoded.Zip(written, (said, own) => (double?)Mass([.. own.Select(o => o[0]).Distinct()], said.FirstLogits))];
        double?[] read = [.. written.Select((own, i) => batch.Beside(i) is { } beside ? OpenerProbability.Known(own, beside) : null)];
        int[] rest = [.. Enumerable.Range(0, read.Length).Where(i => read[i] is null)];
        double[] others = OpenerProbability.OfEach(
            batch.Model.Decoder,
            [.. rest.Select(i => batch.Asked[i])],
            [.. rest.Select(i => written[i])],
            batch.Asked.Count,
            cancellation
        );
        foreach (var (place, value) in rest.Zip(others))
            read[place] = value;
        return read;
    }

    /// <summary>Openers of one token are read off the logits that are there anyway.</summary>
    IReadOnlyList<int[]> IProbe.Behind(LanguageModel model, Example example, int[] asked) =>
        Known(model, example.Prompt) is var own && own.Any(o => o.Length > 1) ? OpenerProbability.Shortest(own) : [];

    /// <summary>The openers behind a prompt; asked for before its answer and after it, and written once.</summary>
    IReadOnlyList<int[]> Known(LanguageModel model, string prompt)
    {
        if (written.Count >= MostKnown)
            written.Clear();
        return written.GetOrAdd((model.Chat, prompt), key => Written(key.Chat, key.Prompt)[0]);
    }

    /// <summary>The sum of the tokens' probabilities.</summary>
    public static double Mass(IReadOnlyList<int> tokens, IReadOnlyList<float> logits)
    {
        double largest = logits.Max(),
            openers = 0,
            others = 0;
        for (int token = 0; token < logits.Count; token++)
        {
            double weight = Math.Exp(logits[token] - largest);
            if (tokens.Contains(token))
                openers += weight;
            else
                others += weight;
        }
        return openers / (openers + others);
    }

    /// <summary>
    /// An opener's tokens are those that it has behind this very prompt, for what a template writes before an answer, and how a word is
    /// cut, depends on what stands before.
    /// </summary>
    /// <exception cref="InputException">The vocabulary lacks an opener.</exception>
    internal IReadOnlyList<IReadOnlyList<int[]>> Written(IChatTokenizer chat, params IReadOnlyList<string> prompts)
    {
        string[] all = [.. openers.SelectMany(Ways).Distinct()];
        return [.. prompts.Select(prompt => chat.Openings(prompt, all))];

        IEnumerable<string> Ways(string opener)
        {
            string capital = char.ToUpperInvariant(opener[0]) + opener[1..];
            foreach (string straight in (string[])[opener, capital])
            foreach (string way in (string[])[straight, straight.Replace('\'', '’')])
                if (way == opener || chat.UnknownWords(way).Count == 0)
                    yield return way;
        }
    }

    void RequireWords(IChatTokenizer chat)
    {
        if (UnknownWords.In(openers, chat) is { } unknown)
            throw new InputException(
                $"The refusal probability is made of {unknown}, which the model's vocabulary lacks: give the evaluation a judge in the "
                    + "model's words (for ToyWorld's models: ToyWorld.Judge), or the probe such openers."
            );
    }
}
