namespace DcrDsl.Models.Trees;

/// <summary>
/// Where the tokens of several texts stand in one row, so that what texts begin with is there once, whichever of them share it and however
/// much: in the order of their tokens a text shares with the one before it whatever it shares with any before it. So each adds what the one
/// before it lacks, and what follows it.
/// </summary>
sealed class TreeLayout
{
    readonly int[][] paths;
    readonly int[] firstBehind;
    readonly List<long> tokens = [],
        positions = [];
    readonly List<TreeUnit> units = [];

    /// <param name="texts">The texts; at least one.</param>
    /// <param name="stored">The tokens of a text whose keys and values are at hand; null: there is none.</param>
    public TreeLayout(IReadOnlyList<BranchedText> texts, int[]? stored = null)
    {
        Texts = texts;
        paths = new int[texts.Count][];
        firstBehind = new int[texts.Count];
        int[] order = InOrder(texts.Count, i => texts[i].Text);
        // The state of a text's last token is wanted, so that one is computed.
        Stored = stored is null ? 0 : Math.Min(texts[order[0]].Text.Length - 1, texts[order[0]].Text.AsSpan().CommonPrefixLength(stored));
        int[] before = stored?[..Stored] ?? [],
            path = [.. Enumerable.Range(0, Stored)];
        int next = Stored;
        foreach (int text in order)
        {
            int[] own = texts[text].Text;
            int shared = own.AsSpan().CommonPrefixLength(before),
                first = next;
            paths[text] = path = [.. path.AsSpan(0, shared), .. Enumerable.Range(next, own.Length - shared)];
            for (int i = shared; i < own.Length; i++)
                Lay(own[i], i);
            next += own.Length - shared;
            firstBehind[text] = next;
            LayBehind(texts[text]);
            next += texts[text].Behind.Count;
            if (next > first)
                units.Add(new(text, shared, first, next - first));
            before = own;
        }
        Last = order[^1];
        Longest = Math.Max(Stored, (int)positions.Max() + 1);
    }

    /// <summary>The texts.</summary>
    public IReadOnlyList<BranchedText> Texts { get; }

    /// <summary>How many tokens of the stored text are used; they have the first places.</summary>
    public int Stored { get; }

    /// <summary>The tokens that are computed, in the order of their places, and</summary>
    public IReadOnlyList<long> Tokens => tokens;

    /// <summary>how many tokens stand before each on its way.</summary>
    public IReadOnlyList<long> Positions => positions;

    /// <summary>What is computed of each text.</summary>
    public IReadOnlyList<TreeUnit> Units => units;

    /// <summary>The text that comes last in the order of tokens.</summary>
    public int Last { get; }

    /// <summary>Tokens on the longest way.</summary>
    public int Longest { get; }

    /// <summary>The places of a text's tokens, those that are stored counted.</summary>
    public int[] Path(int text) => paths[text];

    /// <summary>The place of a token among those that are computed.</summary>
    /// <param name="text">The text.</param>
    /// <param name="behind">Which of those behind it; −1: its own last one.</param>
    public int Computed(int text, int behind) => (behind < 0 ? paths[text][^1] : firstBehind[text] + behind) - Stored;

    /// <summary>Texts in the order of their tokens, in which those that begin alike are neighbours.</summary>
    public static int[] InOrder(int count, Func<int, int[]> text)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        int[][] all = Array.ConvertAll(order, i => text(i));
        Array.Sort(order, (a, b) => all[a].AsSpan().SequenceCompareTo(all[b]) is not 0 and var compared ? compared : a.CompareTo(b));
        return order;
    }

    /// <summary>Whether one of the texts is the beginning of a longer one.</summary>
    public static bool BeginsAnother(IReadOnlyList<int[]> texts)
    {
        int[] order = InOrder(texts.Count, i => texts[i]);
        return order.Zip(order.Skip(1)).Any(two => IsBeginning(texts[two.First], texts[two.Second]));

        static bool IsBeginning(int[] text, int[] of) => text.Length < of.Length && of.AsSpan().StartsWith(text);
    }

    void Lay(int token, int position)
    {
        tokens.Add(token);
        positions.Add(position);
    }

    void LayBehind(BranchedText text)
    {
        int[] depths = Depths(text);
        for (int i = 0; i < depths.Length; i++)
            Lay(text.Behind[i], depths[i]);
    }

    /// <summary>How many tokens stand before each of those behind a text.</summary>
    internal static int[] Depths(BranchedText text)
    {
        int[] depths = new int[text.Behind.Count];
        for (int i = 0; i < depths.Length; i++)
            depths[i] = text.Parents[i] < 0 ? text.Text.Length : depths[text.Parents[i]] + 1;
        return depths;
    }
}

/// <summary>What is computed of a text: its end, and what is behind it.</summary>
/// <param name="Text">The text.</param>
/// <param name="Earlier">How many of its tokens others have computed.</param>
/// <param name="First">The place of the first that is computed here; the others follow it.</param>
/// <param name="Width">How many are computed here.</param>
readonly record struct TreeUnit(int Text, int Earlier, int First, int Width);
