using System.Buffers;

namespace DcrDsl.Tokenizers;

/// <summary>Finds the leftmost added token, of those the longest, and goes on behind it.</summary>
sealed class TokenFinder
{
    readonly SearchValues<string>? search;
    readonly (string Text, AddedToken Token)[] sorted;
    readonly int[] prefixOf;
    readonly int longest;
    readonly TokenizerSection place;

    public TokenFinder(IEnumerable<(string Text, AddedToken Token)> tokens, TokenizerSection place)
    {
        this.place = place;
        sorted = [.. tokens.DistinctBy(t => t.Text).OrderBy(t => t.Text, StringComparer.Ordinal)];
        prefixOf = new int[sorted.Length];
        if (sorted.Length == 0)
            return;
        search = SearchValues.Create([.. sorted.Select(t => t.Text)], StringComparison.Ordinal);
        longest = sorted.Max(t => t.Text.Length);
        for (int k = 0; k < sorted.Length; k++)
        {
            int shorter = k - 1;
            while (shorter >= 0 && !sorted[k].Text.StartsWith(sorted[shorter].Text, StringComparison.Ordinal))
                shorter = prefixOf[shorter];
            prefixOf[k] = shorter;
        }
    }

    public void Cut(Piece piece, bool splitSpecial, List<Piece> parts, TextBounds bounds)
    {
        var text = piece.Characters;
        int done = 0,
            from = 0;
        while (search is not null && from < text.Length)
        {
            int at = text[from..].IndexOfAny(search);
            if (at < 0)
                break;
            int start = from + at;
            bounds.Look(Math.Min(longest, text.Length - start), place);
            var (found, token) = Longest(text[start..]);
            int end = start + found.Length;
            from = end;
            if (splitSpecial && token.Special)
                continue;
            if (token.SingleWord && (EndsWithWord(text[..start]) || StartsWithWord(text[end..])))
                continue;
            if (token.LeftStrip)
            {
                int left = text[..start].TrimEnd().Length;
                bounds.Look(start - left, place);
                start = Math.Max(done, left);
            }
            if (token.RightStrip)
            {
                end = text.Length - text[end..].TrimStart().Length;
                bounds.Look(end - from, place);
            }
            if (start > done)
                parts.Add(piece.Part(done, start));
            parts.Add(piece.Part(start, end) with { AddedToken = token.Id });
            done = end;
        }
        if (done < text.Length)
            parts.Add(piece.Part(done, text.Length));
    }

    /// <summary>
    /// In ordinal order the longest token that begins the text is the last one up to the text, or one of those that begin that one.
    /// </summary>
    (string Text, AddedToken Token) Longest(ReadOnlySpan<char> text)
    {
        int low = 0,
            high = sorted.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (sorted[middle].Text.AsSpan().SequenceCompareTo(text) <= 0)
                low = middle + 1;
            else
                high = middle;
        }
        int k = low - 1;
        int common = text.CommonPrefixLength(sorted[k].Text);
        while (sorted[k].Text.Length > common)
            k = prefixOf[k];
        return sorted[k];
    }

    static bool StartsWithWord(ReadOnlySpan<char> text) => text.Length > 0 && Characters.IsWord(Characters.At(text, 0));

    static bool EndsWithWord(ReadOnlySpan<char> text)
    {
        if (text.Length == 0)
            return false;
        int last = text.Length > 1 && char.IsLowSurrogate(text[^1]) ? 2 : 1;
        return Characters.IsWord(Characters.At(text[^last..], 0));
    }
}
