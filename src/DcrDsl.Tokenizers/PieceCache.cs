namespace DcrDsl.Tokenizers;

/// <summary>
/// Remembers the tokens of short pieces. A fixed table of immutable entries that are replaced when their place is needed: threads
/// share it without locks, its size is bounded, and what it holds cannot change a result.
/// </summary>
sealed class PieceCache
{
    /// <summary>Longer pieces, in UTF-16 units, are not remembered.</summary>
    public const int LongestPiece = 48;

    const int Sets = 1 << 15,
        Ways = 4;

    readonly Entry?[] entries = new Entry?[Sets * Ways];

    sealed record Entry(int Hash, string Piece, PieceToken[] Tokens);

    public static int Hash(ReadOnlySpan<char> piece)
    {
        uint hash = 2166136261;
        foreach (char unit in piece)
            hash = (hash ^ unit) * 16777619;
        return (int)(hash ^ (hash >> 15));
    }

    public bool TryGet(ReadOnlySpan<char> piece, int hash, out PieceToken[] tokens)
    {
        foreach (var entry in Set(hash))
        {
            if (entry is null)
                break;
            if (entry.Hash != hash || !piece.SequenceEqual(entry.Piece))
                continue;
            tokens = entry.Tokens;
            return true;
        }
        tokens = [];
        return false;
    }

    /// <summary>Puts a new entry first in its set; the last one goes.</summary>
    public void Add(ReadOnlySpan<char> piece, int hash, PieceToken[] tokens)
    {
        var set = Set(hash);
        for (int way = Ways - 1; way > 0; way--)
            set[way] = set[way - 1];
        set[0] = new(hash, piece.ToString(), tokens);
    }

    Span<Entry?> Set(int hash) => entries.AsSpan((hash & (Sets - 1)) * Ways, Ways);
}
