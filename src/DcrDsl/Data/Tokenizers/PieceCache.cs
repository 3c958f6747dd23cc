namespace DcrDsl.Data;

/// <summary>
/// Remembers the tokens of short pieces. A fixed table of immutable entries that are replaced when their place is needed: threads
/// share it without locks, its size is bounded, and what it holds cannot change a result.
/// </summary>
internal sealed class PieceCache
{
    /// <summary>Longer pieces, in UTF-16 units, are not remembered.</summary>
    public const int LongestPiece = 48;

    const int Places = 1 << 16, Ways = 4;

    readonly Entry?[] entries = new Entry?[Places];

    sealed record Entry(int Hash, string Piece, PieceToken[] Tokens);

    public static int Hash(ReadOnlySpan<char> piece)
    {
        uint hash = 2166136261;
        foreach (char unit in piece) hash = (hash ^ unit) * 16777619;
        return (int)(hash ^ (hash >> 15));
    }

    public bool TryGet(ReadOnlySpan<char> piece, int hash, out PieceToken[] tokens)
    {
        for (int way = 0; way < Ways; way++)
        {
            var entry = entries[(hash + way) & (Places - 1)];
            if (entry is null) break;
            if (entry.Hash != hash || !piece.SequenceEqual(entry.Piece)) continue;
            tokens = entry.Tokens;
            return true;
        }
        tokens = [];
        return false;
    }

    public void Add(ReadOnlySpan<char> piece, int hash, PieceToken[] tokens)
    {
        int way = 0;
        while (way < Ways - 1 && entries[(hash + way) & (Places - 1)] is not null) way++;
        if (entries[(hash + way) & (Places - 1)] is not null) way = (hash >>> 16) & (Ways - 1);
        entries[(hash + way) & (Places - 1)] = new(hash, piece.ToString(), tokens);
    }
}
