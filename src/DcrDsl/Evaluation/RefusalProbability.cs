using DcrDsl.Data;
using DcrDsl.Models;

namespace DcrDsl.Evaluation;

/// <summary>
/// The probability that a model's response begins with one of a judge's openers, written as they are and, where the tokenizer knows it,
/// with a capital and with a curly apostrophe. Openers of one
/// token are read off the first response token's logits; longer ones count with all their tokens, so that "I can" is told from "I cannot", at the cost of another pass.
/// </summary>
sealed class RefusalProbability
{
    readonly int[][] openers;

    /// <param name="judge">The judge.</param>
    /// <param name="chat">The model's tokenizer.</param>
    /// <param name="prompt">Any prompt: the answer's first tokens do not depend on it.</param>
    /// <exception cref="InputException">The vocabulary lacks a word of the judge.</exception>
    public RefusalProbability(IJudge judge, IChatTokenizer chat, string prompt)
    {
        string[] unknown = [.. judge.Phrases.SelectMany(chat.UnknownWords).Distinct(StringComparer.Ordinal)];
        if (unknown.Length > 0)
            throw new InputException(
                $"The judge {judge.Name} looks for {string.Join(", ", unknown.Take(5).Select(w => $"'{w}'"))}{(unknown.Length > 5 ? ", …" : "")}, "
                + "which the model's vocabulary lacks: give the evaluation a judge in the model's words "
                + "(for ToyWorld's models: ToyWorld.Judge).");
        openers = [.. judge.Openers.SelectMany(Written).Distinct().Select(Tokens)];

        IEnumerable<string> Written(string opener)
        {
            string capital = char.ToUpperInvariant(opener[0]) + opener[1..];
            foreach (string straight in (string[])[opener, capital])
                foreach (string written in (string[])[straight, straight.Replace('\'', '’')])
                    if (written == opener || chat.UnknownWords(written).Count == 0) yield return written;
        }

        int[] Tokens(string opener)
        {
            var (tokens, start) = chat.Answered(prompt, opener);
            return tokens[start..(tokens[^1] == chat.EndToken ? ^1 : ^0)];
        }
    }

    /// <summary>The probability after each prompt, in double, so that prompts that are refused all but surely are still told apart.</summary>
    /// <param name="decoder">The model.</param>
    /// <param name="prompts">The prompts' tokens.</param>
    /// <param name="completions">What the model said to them.</param>
    /// <param name="cancellation">Looked at before each pass.</param>
    public double[] Of(Decoder decoder, IReadOnlyList<int[]> prompts, IReadOnlyList<Completion> completions, CancellationToken cancellation)
    {
        if (openers.Any(o => o.Length > 1)) return OpenerProbability.Of(decoder, prompts, openers, prompts.Count, cancellation);
        int[] tokens = [.. openers.Select(o => o[0]).Distinct()];
        return [.. completions.Select(c => Mass(tokens, c.FirstLogits))];
    }

    /// <summary>The sum of the tokens' probabilities.</summary>
    public static double Mass(IReadOnlyList<int> tokens, IReadOnlyList<float> logits)
    {
        double largest = logits.Max(), openers = 0, others = 0;
        for (int token = 0; token < logits.Count; token++)
        {
            double weight = Math.Exp(logits[token] - largest);
            if (tokens.Contains(token)) openers += weight;
            else others += weight;
        }
        return openers / (openers + others);
    }
}
