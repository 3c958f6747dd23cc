namespace DcrDsl.Data;

/// <summary>An encoding while the post-processor works on it.</summary>
internal sealed class EncodingBuilder
{
    public List<Entry> Entries { get; private init; } = [];

    /// <summary>One token; <see cref="Points"/> and <see cref="Units"/> are its ranges in code points and in UTF-16 units.</summary>
    public record struct Entry(int Id, string Token, (int Start, int End) Points, (int Start, int End) Units, int TypeId, bool Special, bool Padding);

    public int Count => Entries.Count;

    public EncodingBuilder Range(int start, int end) => new() { Entries = Entries.GetRange(start, end - start) };

    public TokenEncoding Build(IReadOnlyList<TokenEncoding> overflowing) => new(
        [.. Entries.Select(e => e.Id)], [.. Entries.Select(e => e.Token)], [.. Entries.Select(e => e.Points)], [.. Entries.Select(e => e.Units)],
        [.. Entries.Select(e => e.TypeId)], [.. Entries.Select(e => e.Special ? 1 : 0)], [.. Entries.Select(e => e.Padding ? 0 : 1)])
    { Overflowing = overflowing };
}
