using System.Runtime.InteropServices;

namespace DcrDsl.Data;

/// <summary>What a Split does with its matches.</summary>
internal enum SplitBehavior
{
    /// <summary>The match is dropped.</summary>
    Removed,

    /// <summary>The match is a piece of its own.</summary>
    Isolated,

    /// <summary>The match ends the piece before it.</summary>
    MergedWithPrevious,

    /// <summary>The match begins the piece after it.</summary>
    MergedWithNext,

    /// <summary>Matches in a row are one piece.</summary>
    Contiguous,
}

internal static class SplitBehaviors
{
    public static SplitBehavior Read(TokenizerSection section) => section.Text() switch
    {
        "Removed" or "removed" => SplitBehavior.Removed,
        "Isolated" or "isolated" => SplitBehavior.Isolated,
        "MergedWithPrevious" or "merged_with_previous" => SplitBehavior.MergedWithPrevious,
        "MergedWithNext" or "merged_with_next" => SplitBehavior.MergedWithNext,
        "Contiguous" or "contiguous" => SplitBehavior.Contiguous,
        var other => throw section.Unsupported(other, "Removed, Isolated, MergedWithPrevious, MergedWithNext, Contiguous"),
    };

    /// <summary>Appends the parts of the piece; with <paramref name="invert"/> what lies between the matches plays their role.</summary>
    public static void Cut(this SplitBehavior behavior, Piece piece, List<(int Start, int End)> matches, bool invert, List<Piece> parts)
    {
        var ranges = new List<(int Start, int End, bool Delimiter)>(2 * matches.Count + 1);
        int done = 0;
        foreach (var (start, end) in matches)
        {
            if (start > done) ranges.Add((done, start, invert));
            ranges.Add((start, end, !invert));
            done = end;
        }
        if (done < piece.Length) ranges.Add((done, piece.Length, invert));

        if (behavior == SplitBehavior.MergedWithNext)
        {
            ranges.Reverse();
            int first = parts.Count;
            Merge(SplitBehavior.MergedWithPrevious);
            parts.Reverse(first, parts.Count - first);
        }
        else Merge(behavior);

        void Merge(SplitBehavior how)
        {
            bool previous = false;
            int first = parts.Count;
            foreach (var (start, end, delimiter) in ranges)
            {
                bool joins = how switch
                {
                    SplitBehavior.MergedWithPrevious => delimiter && !previous,
                    SplitBehavior.Contiguous => delimiter == previous,
                    _ => false,
                };
                if (joins && parts.Count > first)
                {
                    ref var last = ref CollectionsMarshal.AsSpan(parts)[^1];
                    last = last with { Start = Math.Min(last.Start, piece.Start + start), End = Math.Max(last.End, piece.Start + end) };
                }
                else if (!(how == SplitBehavior.Removed && delimiter)) parts.Add(piece.Part(start, end));
                previous = delimiter;
            }
        }
    }
}
