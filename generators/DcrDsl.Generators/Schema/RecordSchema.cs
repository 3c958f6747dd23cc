using DcrDsl.Generators.Values;
using DcrDsl.Specs;

namespace DcrDsl.Generators.Schema;

/// <summary>
/// The definitions of records: of a family what can stand where it is asked for, a name or the mapping of one of its records; of a record
/// its mapping. A mapping need not say its type, since without it the option's own value is changed, so it has to fit some record.
/// </summary>
static class RecordSchema
{
    const string Type = "type",
        From = "from";

    /// <summary>The name of the definition of a record's mapping.</summary>
    public static string Mapping(string record) => record + ".mapping";

    /// <summary>The name of the definition of the names that a family has.</summary>
    public static string Name(string family) => family + ".name";

    /// <summary>What options of the vocabulary ask for, and what stands at the top: families and single records.</summary>
    public static IReadOnlyList<Type> Families { get; } =
    [
        .. Records
            .SelectMany(r => Vocabulary.Options(r))
            .Select(o => Vocabulary.ItemType(o.Inner) ?? o.Inner)
            .Where(t => Vocabulary.IsRecord(t) || t.IsAbstract)
            .Concat([typeof(ModelSpec), typeof(Stage)])
            .Distinct()
            .OrderBy(t => t.Name, StringComparer.Ordinal),
    ];

    /// <summary>The records of the vocabulary that can be chosen.</summary>
    public static IEnumerable<Type> Records =>
        typeof(Stage)
            .Assembly.GetExportedTypes()
            .Where(t => Vocabulary.IsRecord(t) && !t.IsAbstract)
            .OrderBy(t => t.Name, StringComparer.Ordinal);

    /// <summary>The enumerations of the vocabulary that options take.</summary>
    public static IEnumerable<Type> Enumerations =>
        Records
            .SelectMany(r => Vocabulary.Options(r))
            .Select(o => Vocabulary.ItemType(o.Inner) ?? o.Inner)
            .Where(t => t.IsEnum)
            .Append(typeof(ArmRole))
            .Distinct()
            .OrderBy(t => t.Name, StringComparer.Ordinal);

    /// <summary>The definitions of a family of the vocabulary.</summary>
    public static JsonObject Family(Type family)
    {
        var choices = Vocabulary.ChoicesFor(family);
        var named = Vocabulary.StaticMembers(family).OrderBy(m => m.Key, StringComparer.Ordinal).ToList();
        var names = ValueSchema.Names([.. choices.Select(c => c.Name), .. named.Select(m => m.Key)]);
        names["enumDescriptions"] = choices
            .Select(c => Documentation.Summary(c))
            .Concat(named.Select(m => Documentation.Summary(m.Value.DeclaringType!, m.Value.Name)))
            .ToList();
        var definition = ValueSchema.AnyOf([
            ValueSchema.Reference(Name(family.Name)),
            .. choices.Select(c => ValueSchema.Reference(Mapping(c.Name))),
        ]);
        if (Documentation.Summary(family) is { Length: > 0 } summary)
            definition["description"] = summary;
        return new() { [family.Name] = definition, [Name(family.Name)] = names };
    }

    /// <summary>The mapping of a record, ours or the user's.</summary>
    /// <param name="record">The record with every option at its default.</param>
    /// <param name="names">What it is called.</param>
    public static JsonObject Mapping(object record, IReadOnlyList<string> names)
    {
        var options = Vocabulary.OptionsOf(record);
        var properties = new JsonObject { [Type] = ValueSchema.Names(names) };
        // In a split, 'from' is its lower bound.
        if (options.All(o => Key(o) != From))
            properties[From] = ValueSchema.Names([.. names, .. Named(record)]);
        foreach (var option in options)
            properties[Key(option)] = ValueSchema.Of(option, record);
        return new()
        {
            ["description"] = Documentation.Summary(record),
            ["type"] = "object",
            ["properties"] = properties,
            ["additionalProperties"] = false,
        };
    }

    /// <summary>An option's key in YAML.</summary>
    public static string Key(Option option) => Text.Parameter(option.Name);

    static IEnumerable<string> Named(object record) =>
        Vocabulary
            .StaticMembers(typeof(object))
            .Where(m => m.Value.PropertyType.Assembly == typeof(Stage).Assembly && m.Value.GetValue(null)?.GetType() == record.GetType())
            .Select(m => m.Key)
            .OrderBy(n => n, StringComparer.Ordinal);
}
