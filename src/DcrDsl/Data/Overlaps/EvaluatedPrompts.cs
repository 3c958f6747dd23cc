namespace DcrDsl.Data.Overlaps;

/// <summary>The prompts that are measured on, found by their text, their words and their n-grams.</summary>
sealed class EvaluatedPrompts
{
    static readonly int[] None = [];

    readonly Dictionary<string, List<int>> byText = new(StringComparer.Ordinal);
    readonly Dictionary<ulong, List<int>> bySameWords = [];
    readonly Dictionary<ulong, Gram> grams = [];
    readonly SortedSet<int> lengths = [];

    public EvaluatedPrompts(IReadOnlyList<string> prompts, int words, Func<int, bool> byWords)
    {
        for (int e = 0; e < prompts.Count; e++)
        {
            Add(byText, prompts[e], e);
            ulong[] hashes = WordHashes.Of(prompts[e]);
            if (hashes.Length == 0)
                continue;
            Add(bySameWords, WordHashes.Whole(hashes), e);
            // A word or two stand somewhere in any training text.
            if (!byWords(e) || hashes.Length < (words + 1) / 2)
                continue;
            int length = Math.Min(words, hashes.Length);
            lengths.Add(length);
            foreach (var (first, number) in WordHashes.Runs(hashes, length))
            {
                if (!grams.TryGetValue(number, out var gram))
                    grams[number] = gram = new Gram(length);
                gram.Add(e, first);
            }
        }
    }

    /// <summary>The prompts with this very text.</summary>
    public IReadOnlyList<int> Same(string text) => byText.TryGetValue(text, out var same) ? same : None;

    /// <summary>The prompts with these words.</summary>
    public IReadOnlyList<int> SameWords(ulong whole) => bySameWords.TryGetValue(whole, out var same) ? same : None;

    /// <summary>Notes the n-grams that stand in a text.</summary>
    /// <param name="words">The text.</param>
    /// <param name="trained">The training text that it is of.</param>
    /// <param name="isNew">Whether no earlier training text had the same words.</param>
    /// <param name="commonIn">In how many different texts an n-gram may stand and still count.</param>
    /// <param name="inAnswer">Whether the text is an answer.</param>
    public void Meet(ulong[] words, int trained, bool isNew, int commonIn, bool inAnswer)
    {
        foreach (int length in lengths)
        {
            if (length > words.Length)
                break;
            foreach (var (_, number) in WordHashes.Runs(words, length))
                if (grams.TryGetValue(number, out var gram))
                    gram.Meet(trained, isNew, commonIn, inAnswer);
        }
    }

    /// <summary>The n-grams that count, with the training texts in which they stand.</summary>
    public IEnumerable<(Gram Gram, int Trained, bool InAnswer)> Met(int commonIn) =>
        from gram in grams.Values
        where gram.Texts <= commonIn
        from text in gram.In
        select (gram, text.Trained, text.InAnswer);

    static void Add<T>(Dictionary<T, List<int>> places, T key, int place)
        where T : notnull
    {
        if (!places.TryGetValue(key, out var list))
            places[key] = list = [];
        list.Add(place);
    }

    /// <summary>Some words in a row.</summary>
    /// <param name="length">How many.</param>
    internal sealed class Gram(int length)
    {
        readonly List<(int Evaluated, int First)> places = [];
        List<(int Trained, bool InAnswer)> texts = [];

        public int Length => length;

        /// <summary>The prompts in which they stand, each once, with the place of the first word.</summary>
        public IReadOnlyList<(int Evaluated, int First)> Places => places;

        /// <summary>In how many different training texts they stand.</summary>
        public int Texts { get; private set; }

        /// <summary>These texts.</summary>
        public IReadOnlyList<(int Trained, bool InAnswer)> In => texts;

        public void Add(int evaluated, int first)
        {
            if (places.Count == 0 || places[places.Count - 1].Evaluated != evaluated)
                places.Add((evaluated, first));
        }

        public void Meet(int trained, bool isNew, int commonIn, bool inAnswer)
        {
            if (Texts > commonIn || texts.Count > 0 && texts[texts.Count - 1].Trained == trained)
                return;
            texts.Add((trained, inAnswer));
            if (isNew && ++Texts > commonIn)
                texts = [];
        }
    }
}
