namespace DcrDsl.Data.Corpus;

/// <summary>Words of one sort, split 65 : 35 into training words and held-out words, anew for every seed.</summary>
/// <param name="name">Names the list's random stream.</param>
/// <param name="entries">The entries, separated by commas; an entry may have several words.</param>
sealed class WordList(string name, string entries)
{
    const double TrainingShare = 0.65;

    public string Name { get; } = name;

    public string[] Entries { get; } = entries.Split(',', StringSplitOptions.TrimEntries);

    /// <summary>The entries in the seed's random order: the first 65 % are for training, the rest is held out.</summary>
    public (string[] Training, string[] HeldOut) Split(ulong seed)
    {
        string[] shuffled = [.. Entries];
        new RandomStream(seed, $"ToyWorld.words.{Name}").Shuffle(shuffled);
        int training = (int)Math.Round(TrainingShare * shuffled.Length);
        return (shuffled[..training], shuffled[training..]);
    }
}
