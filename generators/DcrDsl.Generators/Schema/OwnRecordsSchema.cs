using DcrDsl.Generators.Values;

namespace DcrDsl.Generators.Schema;

/// <summary>
/// What records of the user's own add to the schema of the vocabulary: their mappings, the names that each family has besides, and what of
/// them can be swept. The catalog carries it, and the program's <c>schema</c> puts both together.
/// </summary>
static class OwnRecordsSchema
{
    /// <summary>The text; empty: there are none.</summary>
    public static string Of(OwnVocabulary vocabulary)
    {
        var own = vocabulary.Types.Where(t => t.IsSound).ToList();
        if (own.Count == 0)
            return "";
        JsonObject definitions = [],
            names = [],
            mappings = [];
        foreach (var type in own)
            definitions[RecordSchema.Mapping(type.FullName)] = RecordSchema.Mapping(type.Create(), NamesOf(type, vocabulary));
        foreach (var family in RecordSchema.Families)
        {
            var members = own.Where(t => family.IsAssignableFrom(OwnFamily.Of(t.Family)!.Base)).ToList();
            if (members.Count == 0)
                continue;
            names[RecordSchema.Name(family.Name)] = members.SelectMany(t => NamesOf(t, vocabulary)).ToList();
            mappings[family.Name] = members.Select(t => ValueSchema.Reference(RecordSchema.Mapping(t.FullName))).ToList();
        }
        var swept = SweptFields
            .Of(own.Select(t => t.Create()))
            .Select(s => new JsonObject
            {
                ["definition"] = SweptFields.Definition(s.Key),
                ["pattern"] = SweptFields.Pattern(s.Key),
                ["values"] = s.Values,
                ["list"] = SweptFields.List(s.Key),
            });
        return new JsonObject
        {
            ["definitions"] = definitions,
            ["names"] = names,
            ["mappings"] = mappings,
            ["swept"] = swept.ToList(),
        }.ToString();
    }

    /// <summary>The simple name where it is enough, and the full one.</summary>
    static List<string> NamesOf(OwnType type, OwnVocabulary vocabulary) =>
        [
            .. vocabulary
                .ChoicesFor(OwnFamily.Of(type.Family)!.Base)
                .Where(c => c.FullName == type.FullName)
                .SelectMany(c => new[] { c.Name, c.FullName })
                .Distinct(),
        ];
}
