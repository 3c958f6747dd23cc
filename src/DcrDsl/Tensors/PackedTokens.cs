using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Tensors;

/// <summary>
/// Texts of different lengths laid end to end, so that a pass over them computes what a pass over padded rows would, and nothing twice:
/// there is no padding, a text that occurs more than once stands there once, and so does a beginning that all have in common, as a chat's
/// system message, or a prompt that has several answers. In memory they stand by length, so that those of one length, whose attention is
/// computed together, are neighbours.
/// </summary>
public sealed class PackedTokens
{
    /// <summary>A shorter beginning saves less than it costs to look at it from apart.</summary>
    internal const int LeastShared = 8;

    internal static readonly Comparer<ArraySegment<int>> BySequence = Comparer<ArraySegment<int>>.Create(
        (a, b) => a.AsSpan().SequenceCompareTo(b)
    );

    static readonly EqualityComparer<ArraySegment<int>> Same = EqualityComparer<ArraySegment<int>>.Create(
        (a, b) => a.AsSpan().SequenceEqual(b),
        tokens =>
        {
            var hash = new HashCode();
            hash.AddBytes(MemoryMarshal.AsBytes(tokens.AsSpan()));
            return hash.ToHashCode();
        }
    );

    readonly TextSpans? spans;

    PackedTokens(PackedLayout layout, TextSpans? spans, Device device)
    {
        (Places, this.spans) = (layout.Places, spans);
        Tokens = tensor(layout.Tokens.ToArray(), device: device);
        Positions = tensor(layout.Positions.ToArray(), device: device);
        Parts =
        [
            .. layout.Groups.Select(g => new EqualParts(
                g.Rows.Count,
                g.Length,
                g.Earlier,
                g.Behind,
                g.Behind >= 0 && layout.Groups[g.Behind].Rows.Count > 1 ? tensor(g.Rows.ToArray(), device: device) : null
            )),
        ];
        Count = Places.Sum(p => p.Length);
        Longest = Places.Max(p => p.Length);
    }

    /// <summary>What a pass computes: the common beginning, then what each text has behind it, [N], int64.</summary>
    public Tensor Tokens { get; }

    /// <summary>How many tokens of its text stand before each, [N], int64.</summary>
    public Tensor Positions { get; }

    /// <summary>Where each text stands, in the order in which they were given.</summary>
    /// <exception cref="InvalidOperationException">
    /// A prompt stands there once for several answers, so that texts are in more than two pieces: see <see cref="Place"/>.
    /// </exception>
    public TextSpans Spans =>
        spans ?? throw new InvalidOperationException("a prompt stands apart from its answers: ask for the place of each token");

    /// <summary>The tokens of all texts together; what is computed once for several counts for each.</summary>
    public int Count { get; }

    /// <summary>The tokens of rows that are padded to the longest text.</summary>
    internal long Padded => (long)Places.Count * Longest;

    /// <summary>What is computed, in the order of places; what several texts begin with before what follows it.</summary>
    internal IReadOnlyList<EqualParts> Parts { get; }

    /// <summary>The tokens of the longest text.</summary>
    internal int Longest { get; }

    /// <summary>For each text the places of its tokens.</summary>
    internal IReadOnlyList<long[]> Places { get; }

    /// <summary>Lays texts end to end. The tensors belong to the caller's scope.</summary>
    /// <param name="texts">At least one, each of at least one token.</param>
    /// <param name="device">Where the tensors are to lie.</param>
    public static PackedTokens Of(IReadOnlyList<ArraySegment<int>> texts, Device device) => Of(texts, new int[texts.Count], device);

    /// <summary>The same of prompts with answers: what answers to one prompt begin with stands there once, where that pays.</summary>
    /// <param name="texts">At least one, each of at least one token.</param>
    /// <param name="prompts">How many tokens of each text are its prompt.</param>
    /// <param name="device">Where the tensors are to lie.</param>
    internal static PackedTokens Of(IReadOnlyList<ArraySegment<int>> texts, IReadOnlyList<int> prompts, Device device)
    {
        if (texts.Count == 0 || texts.Any(t => t.Count == 0))
            throw new ArgumentException("there is no text, or one without a token", nameof(texts));
        int shared = Shared(texts);
        int[] beginnings = new int[texts.Count];
        foreach (var alike in Enumerable.Range(0, texts.Count).GroupBy(i => texts[i][..prompts[i]], Same))
        {
            int beginning = Shared([.. alike.Select(i => texts[i])]);
            foreach (int text in alike)
                beginnings[text] = beginning < shared + LeastShared ? shared : beginning;
        }
        var whole = new PackedLayout(texts, [.. texts.Select(t => Ends(shared, t.Count))]);
        if (beginnings.Any(b => b > shared))
        {
            var apart = new PackedLayout(texts, [.. texts.Zip(beginnings, (t, b) => Ends(shared, b, t.Count))]);
            if (apart.Cost < whole.Cost)
                return new(apart, spans: null, device);
        }
        var spans = new TextSpans(
            tensor(Array.ConvertAll(whole.Places, p => p[shared]), device: device),
            tensor([.. texts.Select(t => (long)t.Count - shared)], device: device),
            shared
        );
        return new(whole, spans, device);

        static int[] Ends(params ReadOnlySpan<int> ends) => [.. ends.ToArray().Where(end => end > 0).Distinct()];
    }

    /// <summary>The place of a token among those that are computed.</summary>
    /// <param name="text">The text, as it was numbered when given.</param>
    /// <param name="position">How many of its tokens stand before it.</param>
    public long Place(int text, int position) => Places[text][position];

    /// <summary>How many tokens all begin with, so that each has one left; 0: too few to be worth it.</summary>
    static int Shared(IReadOnlyList<ArraySegment<int>> texts)
    {
        if (texts.All(t => BySequence.Compare(t, texts[0]) == 0))
            return 0;
        int shared = Math.Min(texts.Min(t => t.Count) - 1, texts.Min(t => t.AsSpan().CommonPrefixLength(texts[0])));
        return shared < LeastShared ? 0 : shared;
    }
}

/// <summary>Parts of texts that stand side by side.</summary>
/// <param name="Count">How many.</param>
/// <param name="Length">Tokens of each.</param>
/// <param name="Earlier">How many tokens stand before each.</param>
/// <param name="Behind">The number, among all <see cref="PackedTokens.Parts"/>, of those that they stand behind; −1: behind none.</param>
/// <param name="Rows">Which of those each stands behind, [Count], int64; null: there is one.</param>
readonly record struct EqualParts(int Count, int Length, int Earlier, int Behind, Tensor? Rows);
