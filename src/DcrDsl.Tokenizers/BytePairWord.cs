using System.Runtime.InteropServices;

namespace DcrDsl.Tokenizers;

/// <summary>The symbols of one piece while they are merged: a linked list, and a queue of the merges that are possible.</summary>
sealed class BytePairWord(int capacity)
{
    readonly List<Symbol> symbols = new(capacity);

    struct Symbol
    {
        public int Id,
            Previous,
            Next,
            Length;
    }

    /// <summary>Appends a symbol of <paramref name="length"/> bytes.</summary>
    public void Add(int id, int length)
    {
        int at = symbols.Count;
        if (at > 0)
            CollectionsMarshal.AsSpan(symbols)[^1].Next = at;
        symbols.Add(
            new Symbol
            {
                Id = id,
                Previous = at - 1,
                Next = -1,
                Length = length,
            }
        );
    }

    /// <summary>Merges the pair of lowest rank, the leftmost first, until no pair is left that merges.</summary>
    public void MergeAll(Dictionary<long, (int Rank, int Id)> merges)
    {
        var word = CollectionsMarshal.AsSpan(symbols);
        var queue = new PriorityQueue<(int At, int Id), long>();
        for (int i = 0; i + 1 < word.Length; i++)
            Offer(word, i);
        while (queue.TryDequeue(out var merge, out _))
        {
            ref var left = ref word[merge.At];
            if (left.Length == 0 || left.Next < 0)
                continue;
            ref var right = ref word[left.Next];
            // The pair may have changed since it was offered.
            if (!merges.TryGetValue(Pair(left.Id, right.Id), out var now) || now.Id != merge.Id)
                continue;
            left.Id = now.Id;
            left.Length += right.Length;
            left.Next = right.Next;
            right.Length = 0;
            if (left.Next >= 0)
                word[left.Next].Previous = merge.At;
            if (left.Previous >= 0)
                Offer(word, left.Previous);
            if (left.Next >= 0)
                Offer(word, merge.At);
        }

        void Offer(Span<Symbol> all, int at)
        {
            if (merges.TryGetValue(Pair(all[at].Id, all[all[at].Next].Id), out var found))
                queue.Enqueue((at, found.Id), ((long)found.Rank << 32) | (uint)at);
        }
    }

    static long Pair(int left, int right) => ((long)left << 32) | (uint)right;

    /// <summary>The remaining symbols with their ranges in whole characters of the piece.</summary>
    public PieceToken[] Tokens(ReadOnlySpan<char> piece, List<int> unitOf)
    {
        int count = 0;
        foreach (var symbol in symbols)
            if (symbol.Length > 0)
                count++;
        var tokens = new PieceToken[count];
        int start = 0,
            k = 0;
        foreach (var symbol in symbols)
        {
            if (symbol.Length == 0)
                continue;
            int last = unitOf[start + symbol.Length - 1];
            tokens[k++] = new(symbol.Id, unitOf[start], last + Characters.LengthAt(piece, last));
            start += symbol.Length;
        }
        return tokens;
    }
}
