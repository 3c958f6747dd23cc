using DcrDsl.Tokenizers;

namespace DcrDsl.Data.Chat;

/// <summary>
/// Tokens of a text that continues another whose tokens are fixed: those that a model was given. Where the tokens of both texts together
/// begin with these, the rest follows, as in a text that was tokenized whole. Where one of them reaches over the seam ("assistant: " and
/// "Hello" share " Hello"), the continuation is tokenized alone.
/// </summary>
static class TokenSeam
{
    // What the continuation stands behind when it is tokenized alone, so that it does not count as the beginning of a text, before which
    // some tokenizers put a blank.
    static readonly string[] Anchors = ["\n", ".", "a"];

    /// <summary>
    /// The tokens of <paramref name="after"/> behind those of <paramref name="before"/>; null where no tokens say just that.
    /// </summary>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="before">The first text.</param>
    /// <param name="given">Its tokens.</param>
    /// <param name="after">What continues it.</param>
    /// <param name="special">A special token, at which every tokenizer cuts a text.</param>
    public static int[]? Continue(HuggingFaceTokenizer tokenizer, string before, int[] given, string after, string special)
    {
        var whole = tokenizer.Encode(before + after, addSpecialTokens: false);
        int[] ids = [.. whole.Ids];
        if (ids.AsSpan().StartsWith(given) && BeginsAt(whole, before.Length) == given.Length)
            return ids[given.Length..];
        string text = tokenizer.Decode(ids, skipSpecialTokens: false);
        foreach (string anchor in Anchors.Prepend(special))
        {
            var alone = tokenizer.Encode(anchor + after, addSpecialTokens: false);
            if (BeginsAt(alone, anchor.Length) is not { } start)
                continue;
            int[] continuation = [.. alone.Ids.Skip(start)];
            if (tokenizer.Decode([.. given, .. continuation], skipSpecialTokens: false) == text)
                return continuation;
        }
        return null;
    }

    /// <summary>The first token at or behind an offset; null where a token reaches over it.</summary>
    static int? BeginsAt(TokenEncoding encoding, int offset)
    {
        int first = 0;
        while (first < encoding.Ids.Count && encoding.OffsetsUtf16[first].Start < offset)
            first++;
        return encoding.OffsetsUtf16.Take(first).All(token => token.End <= offset) ? first : null;
    }
}
