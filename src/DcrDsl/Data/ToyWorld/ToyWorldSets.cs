using DcrDsl.Specs;

namespace DcrDsl.Data;

/// <summary>Sets of distinct prompts. Prompt i of a set is drawn from the stream (seed, purpose, i), again where it is already taken; categories take turns.</summary>
/// <param name="seed">The seed.</param>
/// <param name="words">The words that may be used.</param>
/// <param name="taken">Prompts that may not be drawn; what is drawn joins them.</param>
sealed class ToyWorldSets(ulong seed, ToyWorldLexicon words, HashSet<string> taken)
{
    // Enough to find the last few percent of a category's prompts; beyond that the category counts as used up.
    const int Attempts = 1000;

    /// <summary>Matched pairs, both of whose prompts are new.</summary>
    public ToyWorldPair[] Pairs(string purpose, int count) => Draw(purpose, count,
        ToyWorldDraws.Pair,
        pair => !taken.Contains(pair.SeeminglyToxic.Text) && !taken.Contains(pair.Toxic.Text),
        pair => { taken.Add(pair.SeeminglyToxic.Text); taken.Add(pair.Toxic.Text); });

    /// <summary>New prompts of one class.</summary>
    /// <exception cref="InputException">The part has fewer distinct prompts of that class.</exception>
    public ToyWorldPrompt[] Prompts(string purpose, PromptClass promptClass, int count) => Draw(purpose, count,
        (category, lexicon, random) => ToyWorldDraws.Prompt(promptClass, category, lexicon, random),
        prompt => !taken.Contains(prompt.Text),
        prompt => taken.Add(prompt.Text));

    T[] Draw<T>(string purpose, int count, Func<ToyWorldCategory, ToyWorldLexicon, RandomStream, T> draw, Predicate<T> isNew, Action<T> take)
    {
        var drawn = new T[count];
        for (int i = 0; i < count; i++)
        {
            var category = ToyWorldCategory.All[i % ToyWorldCategory.All.Length];
            var random = new RandomStream(seed, purpose, i);
            int attempt = 0;
            while (!isNew(drawn[i] = draw(category, words, random)))
                if (++attempt == Attempts)
                    throw new InputException($"ToyWorld has only about {i:N0} distinct prompts for '{purpose}' with seed {seed} (those of the category '{category.Name}' are used up), and {count:N0} are asked for: lower Take.");
            take(drawn[i]);
        }
        return drawn;
    }
}
