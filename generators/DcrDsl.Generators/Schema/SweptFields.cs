using DcrDsl.Generators.Values;

namespace DcrDsl.Generators.Schema;

/// <summary>
/// What can be swept, by the last part of its path: which record the parts before lead to is not known to a schema, so a value has to fit
/// one option of that name.
/// </summary>
static class SweptFields
{
    /// <summary>The definition of the values of options of a name.</summary>
    public static string Definition(string key) => "swept." + key;

    /// <summary>The paths that end with an option, its first letter small or capital.</summary>
    public static string Pattern(string key) =>
        $@"^[^.]+\.([^.]+\.)*[{char.ToLowerInvariant(key[0])}{char.ToUpperInvariant(key[0])}]{key.Substring(1)}$";

    /// <summary>The different schemas of the options of each name.</summary>
    public static IReadOnlyList<(string Key, IReadOnlyList<JsonObject> Values)> Of(IEnumerable<object> records) =>
        [
            .. records
                .SelectMany(Vocabulary.OptionsOf)
                .Where(o => o.Axis is not null)
                .GroupBy(RecordSchema.Key)
                .OrderBy(g => g.Key, StringComparer.Ordinal)
                .Select(g =>
                    (
                        g.Key,
                        (IReadOnlyList<JsonObject>)g.Select(ValueSchema.Bare).GroupBy(s => s.ToString()).Select(s => s.First()).ToList()
                    )
                ),
        ];

    /// <summary>A path of the name with a list of its values.</summary>
    public static JsonObject List(string key) =>
        new()
        {
            ["type"] = "array",
            ["minItems"] = 1,
            ["items"] = ValueSchema.Reference(Definition(key)),
        };
}
