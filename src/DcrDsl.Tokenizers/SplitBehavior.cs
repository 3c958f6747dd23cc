using System.Runtime.InteropServices;

namespace DcrDsl.Tokenizers;

/// <summary>What a Split does with its matches.</summary>
enum SplitBehavior
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

static class SplitBehaviors
{
    public static SplitBehavior Read(TokenizerSection section) =>
        section.Text() switch
        {
            "Removed" => SplitBehavior.Removed,
            "Isolated" => SplitBehavior.Isolated,
            "MergedWithPrevious" => SplitBehavior.MergedWithPrevious,
            "MergedWithNext" => SplitBehavior.MergedWithNext,
            "Contiguous" => SplitBehavior.Contiguous,
            var other => throw section.Unsupported(other, "Removed, Isolated, MergedWithPrevious, MergedWithNext, Contiguous"),
        };

    /// <summary>Appends the parts of the piece; with <paramref name="invert"/> what lies between the matches plays their role.</summary>
    public static void Cut(this SplitBehavior behavior, Piece piece, List<(int Start, int End)> matches, bool invert, List<Piece> parts)
    {
        int done = 0;
        if (behavior == SplitBehavior.Isolated)
        {
            foreach (var (start, end) in matches)
            {
                if (start > done)
                    parts.Add(piece.Part(done, start));
                if (end > start)
                    parts.Add(piece.Part(start, end));
                done = end;
            }
            if (done < piece.Length)
                parts.Add(piece.Part(done, piece.Length));
            return;
        }

        var ranges = new List<(int Start, int End, bool Delimiter)>(2 * matches.Count + 1);
        foreach (var (start, end) in matches)
        {
            if (start > done)
                ranges.Add((done, start, invert));
            ranges.Add((start, end, !invert));
            done = end;
        }
        if (done < piece.Length)
            ranges.Add((done, piece.Length, invert));
        bool backwards = behavior == SplitBehavior.MergedWithNext;
        if (backwards)
            ranges.Reverse();

        int first = parts.Count;
        bool previous = false;
        foreach (var (start, end, delimiter) in ranges)
        {
            bool joins =
                parts.Count > first
                && behavior switch
                {
                    SplitBehavior.MergedWithPrevious or SplitBehavior.MergedWithNext => delimiter && !previous,
                    SplitBehavior.Contiguous => delimiter == previous,
                    _ => false,
                };
            if (joins)
            {
                ref var last = ref CollectionsMarshal.AsSpan(parts)[^1];
                last = backwards ? last with { Start = piece.Start + start } : last with { End = piece.Start + end };
            }
            else if (!(behavior == SplitBehavior.Removed && delimiter))
                parts.Add(piece.Part(start, end));
            previous = delimiter;
        }
        if (backwards)
            parts.Reverse(first, parts.Count - first);
    }
}
