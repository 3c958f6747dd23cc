using DcrDsl.Evaluation;

namespace DcrDsl.Results.Comparing;

/// <summary>Which prompts belong together, by a column that is kept with the answers.</summary>
static class PromptClusters
{
    /// <summary>The columns by name. One more that answers keep is a row here.</summary>
    static readonly Dictionary<string, Func<PromptOutcome, string>> Columns = new(StringComparer.OrdinalIgnoreCase)
    {
        ["category"] = item => item.Category,
        ["language"] = item => item.Language,
        ["source"] = item => item.Source,
    };

    /// <summary>The names of the columns.</summary>
    public static IEnumerable<string> Names => Columns.Keys;

    /// <summary>
    /// The cluster of each prompt, counted from 0; a prompt without a value is one of its own. Null: there is no such column, or no prompt
    /// has a value.
    /// </summary>
    public static IReadOnlyList<int>? Of(IReadOnlyList<PromptOutcome> prompts, string column)
    {
        if (!Columns.TryGetValue(column, out var value) || prompts.All(p => value(p).Length == 0))
            return null;
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        int next = 0;
        return
        [
            .. prompts.Select(prompt =>
                value(prompt) is { Length: > 0 } name
                    ? places.TryGetValue(name, out int place)
                        ? place
                        : places[name] = next++
                    : next++
            ),
        ];
    }
}
