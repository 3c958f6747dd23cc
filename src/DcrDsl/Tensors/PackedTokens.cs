using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Tensors;

/// <summary>
/// Texts of different lengths laid end to end, so that a pass over them computes what a pass over padded rows would, and nothing twice:
/// there is no padding, a text that occurs more than once stands there once, and so does a beginning that all have in common, as a chat's
/// system message. In memory they stand by length, so that those of one length, whose attention is computed together, are neighbours.
/// </summary>
public sealed class PackedTokens
{
    /// <summary>A shorter beginning saves less than it costs to look at it from apart.</summary>
    internal const int LeastShared = 8;

    readonly long[] starts;

    PackedTokens(Tensor tokens, Tensor positions, TextSpans spans, IReadOnlyList<EqualTexts> byLength, long[] starts, int count) =>
        (Tokens, Positions, Spans, ByLength, this.starts, Count) = (tokens, positions, spans, byLength, starts, count);

    /// <summary>What a pass computes: the common beginning, then what each text has behind it, [N], int64.</summary>
    public Tensor Tokens { get; }

    /// <summary>How many tokens of its text stand before each, [N], int64.</summary>
    public Tensor Positions { get; }

    /// <summary>Where each text stands, in the order in which they were given.</summary>
    public TextSpans Spans { get; }

    /// <summary>The tokens of all texts together; what is computed once for several counts for each.</summary>
    public int Count { get; }

    /// <summary>The tokens of rows that are padded to the longest text.</summary>
    internal long Padded => (long)starts.Length * Longest;

    /// <summary>Neighbours of one length, behind the common beginning, which is one of its own kind and not among them.</summary>
    internal IReadOnlyList<EqualTexts> ByLength { get; }

    /// <summary>The tokens of the longest text.</summary>
    internal int Longest => Spans.Shared + ByLength[^1].Length;

    /// <summary>Lays texts end to end. The tensors belong to the caller's scope.</summary>
    /// <param name="texts">At least one, each of at least one token.</param>
    /// <param name="device">Where the tensors are to lie.</param>
    public static PackedTokens Of(IReadOnlyList<ArraySegment<int>> texts, Device device)
    {
        if (texts.Count == 0 || texts.Any(t => t.Count == 0))
            throw new ArgumentException("there is no text, or one without a token", nameof(texts));
        int[] order = [.. Enumerable.Range(0, texts.Count).OrderBy(i => texts[i].Count).ThenBy(i => texts[i], BySequence)];
        int shared = Shared(texts);
        List<long> tokens = [.. texts[0].Take(shared).Select(t => (long)t)],
            positions = [.. Enumerable.Range(0, shared).Select(i => (long)i)];
        long[] starts = new long[texts.Count];
        var byLength = new List<EqualTexts>();
        foreach (var (before, text) in order.Prepend(-1).Zip(order))
        {
            if (before >= 0 && BySequence.Compare(texts[before], texts[text]) == 0)
            {
                starts[text] = starts[before];
                continue;
            }
            starts[text] = tokens.Count;
            int length = texts[text].Count - shared;
            for (int position = shared; position < texts[text].Count; position++)
            {
                tokens.Add(texts[text][position]);
                positions.Add(position);
            }
            if (byLength.Count > 0 && byLength[^1].Length == length)
                byLength[^1] = byLength[^1] with { Texts = byLength[^1].Texts + 1 };
            else
                byLength.Add(new(1, length));
        }
        long[] lengths = [.. texts.Select(t => (long)t.Count - shared)];
        return new(
            tensor(tokens.ToArray(), device: device),
            tensor(positions.ToArray(), device: device),
            new(tensor(starts, device: device), tensor(lengths, device: device), shared),
            byLength,
            starts,
            texts.Sum(t => t.Count)
        );
    }

    /// <summary>The place of a token among those that are computed.</summary>
    /// <param name="text">The text, as it was numbered when given.</param>
    /// <param name="position">How many of its tokens stand before it.</param>
    public long Place(int text, int position) => position < Spans.Shared ? position : starts[text] + position - Spans.Shared;

    static readonly Comparer<ArraySegment<int>> BySequence = Comparer<ArraySegment<int>>.Create((a, b) => a.AsSpan().SequenceCompareTo(b));

    /// <summary>How many tokens all begin with, so that each has one left; 0: too few to be worth it.</summary>
    static int Shared(IReadOnlyList<ArraySegment<int>> texts)
    {
        if (texts.All(t => BySequence.Compare(t, texts[0]) == 0))
            return 0;
        int shared = Math.Min(texts.Min(t => t.Count) - 1, texts.Min(t => t.AsSpan().CommonPrefixLength(texts[0])));
        return shared < LeastShared ? 0 : shared;
    }
}

/// <summary>Texts of one length.</summary>
/// <param name="Texts">How many.</param>
/// <param name="Length">Tokens of each, those of a common beginning not counted.</param>
readonly record struct EqualTexts(int Texts, int Length);
