using DcrDsl.Specs;

namespace DcrDsl.Data.Overlaps;

/// <summary>A text that is trained on.</summary>
/// <param name="Source">Which source it is of; overlaps are told by source.</param>
/// <param name="Prompt">The prompt.</param>
/// <param name="Answers">The answers that are learnt with it.</param>
readonly record struct TrainedText(int Source, string Prompt, IReadOnlyList<string> Answers);

/// <summary>An overlap of a prompt that is measured on with a source that is trained on.</summary>
/// <param name="Evaluated">The prompt, by its place.</param>
/// <param name="Trained">The text that it overlaps with most closely, by its place; of equals the first.</param>
/// <param name="Kind">How.</param>
/// <param name="Others">How many other prompts of that source it overlaps with, copies of one text counting once.</param>
/// <param name="FirstWord">The place of the first shared word in the evaluated prompt.</param>
/// <param name="Shared">How many words in a row are shared and shown.</param>
/// <param name="InAnswer">Whether they stand in an answer of the training text and not in its prompt.</param>
readonly record struct FoundOverlap(
    int Evaluated,
    int Trained,
    OverlapKind Kind,
    int Others,
    int FirstWord = 0,
    int Shared = 0,
    bool InAnswer = false
);

/// <summary>
/// Finds prompts that stand in training texts. In the way of GPT-3's appendix C, with n fixed: a prompt overlaps if n of its words in a row
/// stand in a training text, or all of it if it has fewer, yet at least half as many; words that stand in more than a few different
/// training texts are common and do not count. Time and memory are linear in the texts: n-grams are compared by hashes of 64 bits.
/// </summary>
static class OverlapFinder
{
    /// <param name="evaluated">The prompts that are measured on.</param>
    /// <param name="trained">The texts that are trained on.</param>
    /// <param name="words">n.</param>
    /// <param name="commonIn">In how many different training texts words may stand and still count.</param>
    /// <param name="byWords">Of which of the prompts words in a row count, by their place; null: of all.</param>
    /// <param name="cancelled">Looked at now and then; throws to end the search.</param>
    /// <returns>For each prompt and source at most one overlap, the closest, in the order of prompts and sources.</returns>
    public static IReadOnlyList<FoundOverlap> Find(
        IReadOnlyList<string> evaluated,
        IReadOnlyList<TrainedText> trained,
        int words,
        int commonIn,
        Func<int, bool>? byWords = null,
        Action? cancelled = null
    )
    {
        var prompts = new EvaluatedPrompts(evaluated, words, byWords ?? (_ => true));
        var found = new SortedDictionary<(int Evaluated, int Source), Found>();
        var seen = new HashSet<(int, string)>();
        var different = new HashSet<ulong>();
        for (int t = 0; t < trained.Count; t++)
        {
            if (t % 256 == 0)
                cancelled?.Invoke();
            var text = trained[t];
            string own = text.Answers.Count == 0 ? text.Prompt : string.Join("\n", text.Answers.Prepend(text.Prompt));
            if (!seen.Add((text.Source, own)))
                continue;
            ulong[] hashes = WordHashes.Of(text.Prompt);
            foreach (int e in prompts.Same(text.Prompt))
                Note(e, t, OverlapKind.Exact, default);
            ulong whole = WordHashes.Whole(hashes);
            if (hashes.Length > 0)
                foreach (int e in prompts.SameWords(whole))
                    Note(e, t, OverlapKind.Normalised, default);
            // Copies of a text in other sources, and with other answers, do not make it a common one.
            bool isNew = different.Add(WordHashes.Whole(text.Answers.Count == 0 ? hashes : WordHashes.Of(own)));
            prompts.Meet(hashes, t, isNew, commonIn, inAnswer: false);
            foreach (string answer in text.Answers)
                prompts.Meet(WordHashes.Of(answer), t, isNew, commonIn, inAnswer: true);
        }
        foreach (var (gram, t, inAnswer) in prompts.Met(commonIn))
        foreach (var (e, place) in gram.Places)
            Note(e, t, OverlapKind.Words, (place, gram.Length, inAnswer));
        return
        [
            .. found.Select(f => new FoundOverlap(
                f.Key.Evaluated,
                f.Value.Trained,
                f.Value.Kind,
                f.Value.All.Count - 1,
                f.Value.Where.Place,
                f.Value.Where.Length,
                f.Value.Where.InAnswer
            )),
        ];

        void Note(int e, int t, OverlapKind kind, (int Place, int Length, bool InAnswer) where)
        {
            var key = (e, trained[t].Source);
            if (!found.TryGetValue(key, out var best))
                found[key] = best = new Found
                {
                    Kind = kind,
                    Trained = t,
                    Where = where,
                };
            best.All.Add(t);
            if (kind < best.Kind || kind == best.Kind && t < best.Trained)
                (best.Kind, best.Trained, best.Where) = (kind, t, where);
        }
    }

    sealed class Found
    {
        public OverlapKind Kind;
        public int Trained;
        public (int Place, int Length, bool InAnswer) Where;
        public readonly HashSet<int> All = [];
    }
}
