namespace DcrDsl.Tokenizers;

/// <summary>An encoding while the post-processor works on it.</summary>
sealed class EncodingBuilder(CodePointIndex index)
{
    public List<Entry> Entries { get; private init; } = [];

    /// <summary>One token; its range is in code points.</summary>
    public readonly record struct Entry(int Id, string Token, (int Start, int End) Range, int TypeId, bool Special, bool Padding);

    public int Count => Entries.Count;

    /// <summary>Appends a token of the text; its range is in UTF-16 units.</summary>
    public void Add(int id, string token, (int Start, int End) units) =>
        Entries.Add(new(id, token, index.Points(units), TypeId: 0, Special: false, Padding: false));

    public EncodingBuilder Part(int start, int end) => new(index) { Entries = Entries.GetRange(start, end - start) };

    public TokenEncoding Build(IReadOnlyList<TokenEncoding> overflowing) =>
        new(
            [.. Entries.Select(e => e.Id)],
            [.. Entries.Select(e => e.Token)],
            [.. Entries.Select(e => e.Range)],
            [.. Entries.Select(e => index.Units(e.Range))],
            [.. Entries.Select(e => e.TypeId)],
            [.. Entries.Select(e => e.Special ? 1 : 0)],
            [.. Entries.Select(e => e.Padding ? 0 : 1)]
        )
        {
            Overflowing = overflowing,
        };
}
