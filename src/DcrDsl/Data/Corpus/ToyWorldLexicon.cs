namespace DcrDsl.Data.Corpus;

/// <summary>The words a part of the corpus may use: one side of the seed's split of every list, or all of them.</summary>
sealed class ToyWorldLexicon
{
    readonly Dictionary<WordList, string[]> words;

    ToyWorldLexicon(Dictionary<WordList, string[]> words, string[] wrappers) => (this.words, Wrappers) = (words, wrappers);

    /// <summary>The requests that verb and object are put into.</summary>
    public string[] Wrappers { get; }

    /// <summary>The words of a list.</summary>
    public string[] this[WordList list] => words[list];

    /// <summary>Every word: what the base model learns from.</summary>
    public static ToyWorldLexicon All { get; } =
        new(ToyWorldWords.Lists.ToDictionary(list => list, list => list.Entries), ToyWorldFrames.Wrappers.Entries);

    /// <summary>The training words of a seed.</summary>
    public static ToyWorldLexicon Training(ulong seed) =>
        new(
            ToyWorldWords.Lists.ToDictionary(list => list, list => list.Split(seed).Training),
            WrapperOrder(seed)[ToyWorldFrames.HeldOutWrappers..]
        );

    /// <summary>
    /// The held-out words of a seed. Their prompts use all wrappers: those of the training and those that occur here only.
    /// </summary>
    public static ToyWorldLexicon HeldOut(ulong seed) =>
        new(ToyWorldWords.Lists.ToDictionary(list => list, list => list.Split(seed).HeldOut), WrapperOrder(seed));

    static string[] WrapperOrder(ulong seed)
    {
        string[] shuffled = [.. ToyWorldFrames.Wrappers.Entries];
        new RandomStream(seed, "ToyWorld.words.wrappers").Shuffle(shuffled);
        return shuffled;
    }
}
