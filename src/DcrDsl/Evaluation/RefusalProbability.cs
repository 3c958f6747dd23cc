using DcrDsl.Data;

namespace DcrDsl.Evaluation;

/// <summary>
/// The mass that a model's first response token gives to a judge's openers. An opener counts with its first token, in lower case as written and, where the
/// tokenizer knows it, with a capital; an opener of several tokens therefore counts every word that begins with the same token.
/// </summary>
static class RefusalProbability
{
    /// <summary>The tokens that the openers begin with, each once.</summary>
    /// <param name="judge">The judge.</param>
    /// <param name="chat">The model's tokenizer.</param>
    /// <param name="prompt">Any prompt: the answer's first token does not depend on it.</param>
    /// <exception cref="InputException">The vocabulary lacks an opener.</exception>
    public static IReadOnlyList<int> Tokens(IJudge judge, IChatTokenizer chat, string prompt)
    {
        return [.. judge.Openers.SelectMany(Written).Select(First).Distinct()];

        IEnumerable<string> Written(string opener)
        {
            yield return opener;
            string capital = char.ToUpperInvariant(opener[0]) + opener[1..];
            if (capital != opener && chat.UnknownWords(capital).Count == 0) yield return capital;
        }

        int First(string opener)
        {
            var (tokens, start) = chat.Answered(prompt, opener);
            return tokens[start];
        }
    }

    /// <summary>The sum of the tokens' probabilities, in double, so that prompts that are refused all but surely are still told apart.</summary>
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
