using DcrDsl.Data;
using DcrDsl.Evaluation.Judging;
using DcrDsl.Evaluation.Likelihoods;
using DcrDsl.Models;

namespace DcrDsl.Evaluation;

/// <summary>
/// The probability that a model's response begins with one of a judge's openers, written as they are and, where the tokenizer knows it,
/// with a capital and with a curly apostrophe. Openers of one
/// token are read off the first response token's logits; longer ones count with all their tokens, so that "I can" is told from "I cannot",
/// at the cost of another pass.
/// </summary>
sealed class RefusalProbability
{
    readonly IReadOnlyList<int[]>[] written;

    /// <summary>That the model's vocabulary has every word of a judge.</summary>
    /// <exception cref="InputException">It lacks one.</exception>
    public static void RequireWords(IJudge judge, IChatTokenizer chat)
    {
        string[] unknown = [.. judge.Phrases.SelectMany(chat.UnknownWords).Distinct(StringComparer.Ordinal)];
        if (unknown.Length > 0)
            throw new InputException(
                $"The judge {judge.Name} looks for "
                    + $"{string.Join(", ", unknown.Take(5).Select(w => $"'{w}'"))}{(unknown.Length > 5 ? ", …" : "")}, which the "
                    + $"model's vocabulary lacks: give the evaluation a judge in the model's words (for ToyWorld's models: "
                    + $"ToyWorld.Judge)."
            );
    }

    /// <param name="judge">The judge.</param>
    /// <param name="chat">The model's tokenizer.</param>
    /// <param name="prompts">
    /// The prompts: an opener's tokens are those that it has behind this very prompt, for what a template writes before an answer, and
    /// how a word is cut, depends on what stands before.
    /// </param>
    /// <exception cref="InputException">The vocabulary lacks an opener.</exception>
    public RefusalProbability(IJudge judge, IChatTokenizer chat, params IReadOnlyList<string> prompts)
    {
        string[] openers = [.. judge.Openers.SelectMany(Written).Distinct()];
        written = [.. prompts.Select(prompt => chat.Openings(prompt, openers))];

        IEnumerable<string> Written(string opener)
        {
            string capital = char.ToUpperInvariant(opener[0]) + opener[1..];
            foreach (string straight in (string[])[opener, capital])
            foreach (string written in (string[])[straight, straight.Replace('\'', '’')])
                if (written == opener || chat.UnknownWords(written).Count == 0)
                    yield return written;
        }
    }

    /// <summary>
    /// The probability after each prompt, in double, so that prompts that are refused all but surely are still told apart.
    /// </summary>
    /// <param name="decoder">The model.</param>
    /// <param name="asked">The prompts' tokens.</param>
    /// <param name="completions">What the model said to them.</param>
    /// <param name="cancellation">Looked at before each pass.</param>
    public double[] Of(Decoder decoder, IReadOnlyList<int[]> asked, IReadOnlyList<Completion> completions, CancellationToken cancellation)
    {
        if (written.Any(openers => openers.Any(o => o.Length > 1)))
            return OpenerProbability.OfEach(decoder, asked, written, asked.Count, cancellation);
        return [.. completions.Zip(written, (said, openers) => Mass([.. openers.Select(o => o[0]).Distinct()], said.FirstLogits))];
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
}
