namespace DcrDsl.Tokenizers;

/// <summary>
/// A tokenized text: parallel lists of T tokens. Offsets are [start, end) ranges of the text that was given; special tokens that
/// the post-processor added, and padding, have (0, 0).
/// </summary>
public sealed class TokenEncoding
{
    internal TokenEncoding(
        int[] ids,
        string[] tokens,
        (int Start, int End)[] offsets,
        (int Start, int End)[] offsetsUtf16,
        int[] typeIds,
        int[] specialTokensMask,
        int[] attentionMask
    )
    {
        (Ids, Tokens, Offsets, OffsetsUtf16) = (ids, tokens, offsets, offsetsUtf16);
        (TypeIds, SpecialTokensMask, AttentionMask) = (typeIds, specialTokensMask, attentionMask);
    }

    /// <summary>Token ids, [T].</summary>
    public IReadOnlyList<int> Ids { get; }

    /// <summary>Token texts as the vocabulary writes them, [T]; of an added token, the slice of the text that it took.</summary>
    public IReadOnlyList<string> Tokens { get; }

    /// <summary>Ranges in Unicode code points, [T].</summary>
    public IReadOnlyList<(int Start, int End)> Offsets { get; }

    /// <summary>The same ranges in UTF-16 units, as .NET indexes strings, [T].</summary>
    public IReadOnlyList<(int Start, int End)> OffsetsUtf16 { get; }

    /// <summary>Segment of each token by the template, [T].</summary>
    public IReadOnlyList<int> TypeIds { get; }

    /// <summary>1 for tokens that the post-processor or padding added, else 0, [T].</summary>
    public IReadOnlyList<int> SpecialTokensMask { get; }

    /// <summary>0 for padding, else 1, [T].</summary>
    public IReadOnlyList<int> AttentionMask { get; }

    /// <summary>What truncation cut off, in pieces of the same length; empty unless the file's truncation was applied.</summary>
    public IReadOnlyList<TokenEncoding> Overflowing { get; internal init; } = [];
}
