using System.Text.RegularExpressions;
using DcrDsl.Generators.Values;
using DcrDsl.Specs;

namespace DcrDsl.Generators.Schema;

/// <summary>The schema of what an option takes, as the YAML front end reads it: never stricter than that.</summary>
static class ValueSchema
{
    // Definitions that every schema has.
    public const string Text = "text",
        None = "none",
        Flag = "flag",
        Path = "path";

    // YAML 1.2 knows no underscores in numbers, and what stands in quotes is text to it; the front end reads both.
    const string WholeText = "integer.text",
        NumberText = "number.text";

    public static JsonObject Reference(string definition) => new() { ["$ref"] = "#/definitions/" + definition };

    public static JsonObject AnyOf(params IEnumerable<JsonObject> schemas) => new() { ["anyOf"] = schemas.ToList() };

    public static JsonObject Names(IEnumerable<string> names) => new() { ["enum"] = names.ToList() };

    /// <summary>The definitions of what is no record.</summary>
    public static JsonObject Plain =>
        new()
        {
            [Text] = new JsonObject { ["type"] = new[] { "string", "number", "boolean" } },
            [None] = AnyOf(
                new() { ["enum"] = new object?[] { "none", null } },
                new() { ["type"] = "string", ["pattern"] = AnyCase("none") }
            ),
            [Flag] = AnyOf(new() { ["type"] = "boolean" }, new() { ["type"] = "string", ["pattern"] = "^(true|false)$" }),
            [WholeText] = new JsonObject { ["type"] = "string", ["pattern"] = "^[-+]?[0-9]+(_[0-9]+)*$" },
            [NumberText] = new JsonObject
            {
                ["type"] = "string",
                ["pattern"] = @"^[-+]?([0-9]+(_[0-9]+)*(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?$",
            },
            [Path] = new JsonObject
            {
                ["description"] = "A swept field: a stage, a dot, an option of it; for example Dcr.layer or Dcr.objective.margin.",
                ["type"] = "string",
                ["pattern"] = @"^[^.]+(\.[^.]+)+$",
            },
        };

    /// <summary>An option with what it means and its default.</summary>
    /// <param name="option">The option.</param>
    /// <param name="defaults">The record with every option at its default.</param>
    public static JsonObject Of(Option option, object defaults)
    {
        var schema = Bare(option);
        if (Documentation.Summary(option) is { Length: > 0 } meaning)
            schema["description"] = meaning;
        if (Default(option.GetValue(defaults)) is { } value)
            schema["default"] = value;
        return schema;
    }

    /// <summary>An option without words.</summary>
    public static JsonObject Bare(Option option)
    {
        var schema = Of(option.Inner, option.Members, option.Range);
        return option.TakesNull ? AnyOf(schema, Reference(None)) : schema;
    }

    /// <summary>The definition of the members of an enumeration of the vocabulary.</summary>
    public static JsonObject Members(Type type)
    {
        string[] names = Enum.GetNames(type);
        var listed = Names(names);
        listed["enumDescriptions"] = names.Select(n => Documentation.Summary(type, n)).ToList();
        var schema = AnyOf(listed, Spelt(names));
        schema["description"] = Documentation.Summary(type);
        return schema;
    }

    static JsonObject Of(Type type, OwnEnum? members, RangeAttribute? range)
    {
        if (Vocabulary.ItemType(type) is { } item)
            return new() { ["type"] = "array", ["items"] = Item(item, members, range) };
        if (members is not null)
            return AnyOf(Names(members.Names), Spelt([.. members.Names]));
        return type == typeof(string) ? Reference(Text)
            : type == typeof(bool) ? Reference(Flag)
            : type == typeof(int) ? Numbers("integer", WholeText, range)
            : type == typeof(double) ? Numbers("number", NumberText, range)
            : Reference(type.Name);
    }

    /// <summary>An item of a list has no value before it, so a mapping says its type, unless the family has a usual one.</summary>
    static JsonObject Item(Type type, OwnEnum? members, RangeAttribute? range)
    {
        var schema = Of(type, members, range);
        if (!type.IsAbstract)
            return schema;
        JsonObject named = new() { ["anyOf"] = new[] { Required("type"), Required("from") } };
        JsonObject rule = new()
        {
            ["if"] = new JsonObject { ["type"] = "object" },
            ["then"] = named,
        };
        if (type.GetCustomAttributes(typeof(DefaultChoiceAttribute), inherit: false) is [DefaultChoiceAttribute usual])
            rule = new()
            {
                ["if"] = new JsonObject { ["type"] = "object", ["not"] = named },
                ["then"] = Reference(RecordSchema.Mapping(usual.Type.Name)),
            };
        return new() { ["allOf"] = new[] { schema, rule } };
    }

    static JsonObject Required(string key) => new() { ["required"] = new[] { key } };

    static JsonObject Numbers(string type, string inText, RangeAttribute? range)
    {
        var number = new JsonObject { ["type"] = type };
        double low = range?.Minimum ?? double.NegativeInfinity,
            high = range?.Maximum ?? double.PositiveInfinity;
        if (type == "integer")
            (low, high) = (Math.Max(low, int.MinValue), Math.Min(high, int.MaxValue));
        if (!double.IsInfinity(low))
            number[range is { ExclusiveMinimum: true } ? "exclusiveMinimum" : "minimum"] = Value(low);
        if (!double.IsInfinity(high))
            number["maximum"] = Value(high);
        return AnyOf(number, Reference(inText));
    }

    /// <summary>Case does not matter, and completion is to offer one spelling.</summary>
    static JsonObject Spelt(IReadOnlyList<string> names) =>
        new() { ["type"] = "string", ["pattern"] = AnyCase(string.Join("|", names.Select(Regex.Escape))) };

    static string AnyCase(string alternatives) =>
        "^("
        + string.Concat(alternatives.Select(c => char.IsLetter(c) ? $"[{char.ToUpperInvariant(c)}{char.ToLowerInvariant(c)}]" : $"{c}"))
        + ")$";

    static object? Default(object? value) =>
        value switch
        {
            null => "none",
            "" => null,
            string text => text,
            bool flag => flag,
            int or double => Value(Convert.ToDouble(value, System.Globalization.CultureInfo.InvariantCulture)),
            Enum or OwnMember => Values.Text.Label(value),
            System.Collections.IEnumerable => null,
            _ when Vocabulary.StaticMemberName(value) is { } name => name,
            _ when !SpecRecord.Written(value).Any() => Vocabulary.NameOf(value),
            _ => null,
        };

    static object? Value(double number) =>
        double.IsInfinity(number) || double.IsNaN(number) ? null
        : number == Math.Floor(number) && Math.Abs(number) < 1e15 ? (object)(long)number
        : number;
}
