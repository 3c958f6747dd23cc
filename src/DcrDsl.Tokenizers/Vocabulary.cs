using System.Text.Json;

namespace DcrDsl.Tokenizers;

/// <summary>Tokens of the model by text and by id. Ids may have holes, within reason.</summary>
sealed class Vocabulary
{
    const int HolesAllowed = 1 << 20;

    readonly Dictionary<string, int> ids;
    readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> spans;
    readonly string?[] tokens;

    Vocabulary(Dictionary<string, int> ids, string?[] tokens)
    {
        (this.ids, this.tokens) = (ids, tokens);
        spans = ids.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public int Count => ids.Count;

    public static Vocabulary Read(TokenizerSection section)
    {
        if (section.Json.ValueKind != JsonValueKind.Object)
            throw section.Refuse($"must be an object of tokens and ids, not {section.Kind}; {TokenizerSection.FetchAgain}");
        var ids = new Dictionary<string, int>(section.Json.GetPropertyCount(), StringComparer.Ordinal);
        int highest = -1;
        foreach (var entry in section.Json.EnumerateObject())
        {
            string token;
            try
            {
                token = entry.Name;
            }
            catch (InvalidOperationException)
            {
                throw section.BrokenText();
            }
            if (entry.Value.ValueKind != JsonValueKind.Number || !entry.Value.TryGetInt32(out int id) || id < 0)
                throw section.Refuse(
                    $"the id of token '{Shown(token)}' must be a whole number from 0 to {int.MaxValue}; {TokenizerSection.FetchAgain}"
                );
            if (!ids.TryAdd(token, id))
                throw section.Refuse($"token '{Shown(token)}' is there twice; {TokenizerSection.FetchAgain}");
            if (id > highest)
                highest = id;
        }
        if (highest > HolesAllowed + 4L * ids.Count)
            throw section.Refuse($"the highest id is {highest}, but there are only {ids.Count} tokens; {TokenizerSection.FetchAgain}");
        var tokens = new string?[highest + 1];
        foreach (var (token, id) in ids)
        {
            if (tokens[id] is { } other)
                throw section.Refuse($"tokens '{Shown(other)}' and '{Shown(token)}' share id {id}; {TokenizerSection.FetchAgain}");
            tokens[id] = token;
        }
        return new(ids, tokens);
    }

    public bool TryGetId(ReadOnlySpan<char> token, out int id) => spans.TryGetValue(token, out id);

    public string? Token(int id) => (uint)id < (uint)tokens.Length ? tokens[id] : null;

    public static string Shown(string token) => token.Length <= 40 ? token : token[..40] + "…";
}
