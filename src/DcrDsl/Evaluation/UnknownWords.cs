using DcrDsl.Data;

namespace DcrDsl.Evaluation;

/// <summary>Words that a closed vocabulary lacks, for a sentence about them.</summary>
static class UnknownWords
{
    /// <summary>The first few of them, quoted; null: there are none.</summary>
    public static string? In(IEnumerable<string> phrases, IChatTokenizer chat)
    {
        string[] unknown = [.. phrases.SelectMany(chat.UnknownWords).Distinct(StringComparer.Ordinal)];
        return unknown.Length == 0
            ? null
            : $"{string.Join(", ", unknown.Take(5).Select(w => $"'{w}'"))}{(unknown.Length > 5 ? ", …" : "")}";
    }
}
