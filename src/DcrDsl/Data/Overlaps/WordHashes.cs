namespace DcrDsl.Data.Overlaps;

/// <summary>Words as numbers of 64 bits, and numbers for runs of words, each made of the one before it.</summary>
static class WordHashes
{
    const ulong Factor = 0x9E3779B97F4A7C15;

    /// <summary>A number for each word of a text.</summary>
    public static ulong[] Of(string text)
    {
        var words = PromptWords.Of(text);
        var hashes = new ulong[words.Count];
        for (int i = 0; i < hashes.Length; i++)
            hashes[i] = OfWord(words[i]);
        return hashes;
    }

    /// <summary>A number for all words together.</summary>
    public static ulong Whole(ulong[] words)
    {
        ulong whole = 0;
        foreach (ulong word in words)
            whole = unchecked(whole * Factor + word);
        return Mixed(whole ^ (ulong)words.Length);
    }

    /// <summary>A number for every run of so many words, by its first word; none if there are fewer.</summary>
    public static IEnumerable<(int First, ulong Number)> Runs(ulong[] words, int length)
    {
        if (words.Length < length)
            yield break;
        ulong top = 1,
            run = 0;
        for (int i = 0; i < length; i++)
        {
            run = unchecked(run * Factor + words[i]);
            top = unchecked(top * Factor);
        }
        for (int first = 0; ; first++)
        {
            yield return (first, Mixed(run ^ (ulong)length));
            if (first + length == words.Length)
                yield break;
            run = unchecked(run * Factor + words[first + length] - top * words[first]);
        }
    }

    // FNV-1a over the UTF-16 units.
    static ulong OfWord(string word)
    {
        ulong hash = 14695981039346656037;
        foreach (char c in word)
            hash = unchecked((hash ^ c) * 1099511628211);
        return Mixed(hash);
    }

    // The finaliser of SplitMix64: every bit of the result hangs on every bit of the number.
    static ulong Mixed(ulong x)
    {
        x = unchecked((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9);
        x = unchecked((x ^ (x >> 27)) * 0x94D049BB133111EB);
        return x ^ (x >> 31);
    }
}
