using System.Globalization;
using DcrDsl.Specs;

namespace DcrDsl.Data.Corpus;

/// <summary>
/// Draws a part's sets of distinct prompts. Prompt i of a set comes from the stream (seed, purpose, i), which goes on where its prompt is
/// already taken; categories take turns.
/// </summary>
/// <param name="seed">The seed.</param>
/// <param name="words">The words that may be used.</param>
/// <param name="taken">Prompts that may not be drawn; what is drawn joins them.</param>
sealed class ToyWorldSets(ulong seed, ToyWorldLexicon words, HashSet<string> taken)
{
    // Enough to find the last few percent of a category's prompts; beyond that the category counts as used up.
    const int Attempts = 1000;

    /// <summary>Matched pairs, both of whose prompts are new.</summary>
    public ToyWorldPair[] Pairs(ToyWorldPart part, int count) =>
        Draw(
            part,
            "pairs",
            count,
            ToyWorldDraws.Pair,
            pair => !taken.Contains(pair.SeeminglyToxic.Text) && !taken.Contains(pair.Toxic.Text),
            pair =>
            {
                taken.Add(pair.SeeminglyToxic.Text);
                taken.Add(pair.Toxic.Text);
            }
        );

    /// <summary>New prompts of one class.</summary>
    /// <exception cref="InputException">The part has fewer distinct prompts of that class.</exception>
    public ToyWorldPrompt[] Prompts(ToyWorldPart part, PromptClass promptClass, int count) =>
        Draw(
            part,
            $"prompts of class {promptClass}",
            count,
            (category, lexicon, random) => ToyWorldDraws.Prompt(promptClass, category, lexicon, random),
            prompt => !taken.Contains(prompt.Text),
            prompt => taken.Add(prompt.Text)
        );

    T[] Draw<T>(
        ToyWorldPart part,
        string what,
        int count,
        Func<ToyWorldCategory, ToyWorldLexicon, RandomStream, T> draw,
        Predicate<T> isNew,
        Action<T> take
    )
    {
        var drawn = new T[count];
        for (int i = 0; i < count; i++)
        {
            var category = ToyWorldCategory.All[i % ToyWorldCategory.All.Length];
            var random = new RandomStream(seed, $"ToyWorld.{part}.{what}", i);
            int attempt = 0;
            while (!isNew(drawn[i] = draw(category, words, random)))
                if (++attempt == Attempts)
                    throw new InputException(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"ToyWorld's {part} part has about {i:N0} distinct {what} with seed {seed} (the category '{category.Name}' "
                                + $"is used up), and Take = {count:N0} asks for more: take at most {i:N0}."
                        )
                    );
            take(drawn[i]);
        }
        return drawn;
    }
}
