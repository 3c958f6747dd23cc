namespace DcrDsl.Tensors;

/// <summary>
/// Where the tokens of texts stand that are cut into parts: the first parts of all, then the second ones, and so on; a part that stands
/// behind the same tokens in several texts is there once. Of one depth those are neighbours whose attention is computed together: they
/// have one length, and stand behind parts that are themselves neighbours of one length.
/// </summary>
sealed class PackedLayout
{
    // To compute a group's attention apart costs about what this many tokens cost in a small model.
    const int TokensOfAGroup = 24;

    readonly List<long> tokens = [],
        positions = [];
    readonly List<(int Behind, int Earlier, int Length, List<long> Rows)> groups = [];

    /// <param name="texts">The texts.</param>
    /// <param name="ends">For each text how many of its tokens its first part ends behind, then its second, … up to all of them.</param>
    public PackedLayout(IReadOnlyList<ArraySegment<int>> texts, int[][] ends)
    {
        Places = [.. texts.Select(t => new long[t.Count])];
        // The group, and the row in it, that the latest part of each text is.
        int[] group = [.. texts.Select(_ => -1)];
        long[] row = new long[texts.Count];
        for (int depth = 0; depth < ends.Max(e => e.Length); depth++)
        {
            int before = -1;
            foreach (int text in InOrder(depth))
            {
                var (from, to) = Part(text, depth);
                if (before >= 0 && texts[before][..Part(before, depth).To].AsSpan().SequenceEqual(texts[text][..to]))
                {
                    Array.Copy(Places[before], from, Places[text], from, to - from);
                    (group[text], row[text]) = (group[before], row[before]);
                    continue;
                }
                if (groups.Count == 0 || (groups[^1].Behind, groups[^1].Length) != (group[text], to - from))
                    groups.Add((group[text], from, to - from, []));
                groups[^1].Rows.Add(row[text]);
                (group[text], row[text]) = (groups.Count - 1, groups[^1].Rows.Count - 1);
                for (int position = from; position < to; position++)
                {
                    Places[text][position] = tokens.Count;
                    tokens.Add(texts[text][position]);
                    positions.Add(position);
                }
                before = text;
            }
        }

        int[] InOrder(int depth) =>
            [
                .. Enumerable
                    .Range(0, texts.Count)
                    .Where(i => ends[i].Length > depth)
                    .OrderBy(i => group[i])
                    .ThenBy(i => Part(i, depth).To)
                    .ThenBy(i => texts[i][..Part(i, depth).To], PackedTokens.BySequence),
            ];

        (int From, int To) Part(int text, int depth) => (depth == 0 ? 0 : ends[text][depth - 1], ends[text][depth]);
    }

    /// <summary>The tokens that are computed, in the order of their places, and</summary>
    public IReadOnlyList<long> Tokens => tokens;

    /// <summary>how many tokens of its text stand before each.</summary>
    public IReadOnlyList<long> Positions => positions;

    /// <summary>The place of each token of each text.</summary>
    public long[][] Places { get; }

    /// <summary>
    /// Neighbours of one length, in the order of their places: the group that they stand behind (−1: none), how many tokens of their texts
    /// stand before them, and for each the row of that group that it stands behind.
    /// </summary>
    public IReadOnlyList<(int Behind, int Earlier, int Length, List<long> Rows)> Groups => groups;

    /// <summary>What a step over them costs, in tokens.</summary>
    public int Cost => tokens.Count + TokensOfAGroup * groups.Count;
}
