using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using DcrDsl.Generators.Diagnostics;
using DcrDsl.Generators.Draft;
using DcrDsl.Generators.Values;
using DcrDsl.Specs;

namespace DcrDsl.Generators.Yaml;

/// <summary>
/// Fills records of the vocabulary from YAML nodes. A mapping with <c>type</c> starts from that type's defaults, one with <c>from</c> from
/// a member such as <c>ToyWorld.Toxic</c>, and one with neither from the value that the option has already, else from the family's usual
/// type.
/// </summary>
sealed class YamlBinder(YamlText text, OwnVocabulary vocabulary, SourceMap places, List<DiagnosticInfo> diagnostics)
{
    const string TypeKey = "type",
        FromKey = "from";

    /// <summary>The node as a value of the wanted type; what does not fit is reported and gives <paramref name="current"/>.</summary>
    /// <param name="node">The node.</param>
    /// <param name="wanted">The type.</param>
    /// <param name="current">What the option holds already.</param>
    /// <param name="optional">Whether <c>none</c> can be said.</param>
    /// <param name="depth">How deep the node lies.</param>
    /// <param name="members">The members that are wanted, of an enumeration of the user's.</param>
    public object? Bind(YamlNode node, Type wanted, object? current, bool optional, int depth = 0, OwnEnum? members = null)
    {
        try
        {
            return Value(node, wanted, current, optional, depth, members);
        }
        catch (YamlValueException e)
        {
            Report(e.Node, e.Descriptor, e.Arguments);
            return current;
        }
    }

    public void Report(YamlNode node, Microsoft.CodeAnalysis.DiagnosticDescriptor descriptor, params string[] arguments) =>
        diagnostics.Add(DiagnosticInfo.Of(descriptor, text.Of(node), arguments));

    /// <summary>The entries of a mapping by key; anything but a mapping is reported.</summary>
    public IEnumerable<(YamlScalar Key, YamlNode Value)> Entries(YamlNode node, string what)
    {
        if (node is not YamlMapping mapping)
        {
            Report(node, Descriptors.InvalidValue, Excerpt(node), $"a mapping of {what}", "");
            yield break;
        }
        foreach (var entry in mapping.Entries)
        {
            text.Visit(entry.Value, 0);
            yield return entry;
        }
    }

    /// <summary>The items of a sequence; anything but a sequence is reported.</summary>
    public IReadOnlyList<YamlNode> Items(YamlNode node, string what)
    {
        if (node is YamlSequence sequence)
        {
            foreach (var item in sequence.Items)
                text.Visit(item, 0);
            return sequence.Items;
        }
        Report(node, Descriptors.InvalidValue, Excerpt(node), $"a list of {what}, written [a, b]", "");
        return [];
    }

    public static bool IsNone(YamlNode node) =>
        node is YamlScalar { IsPlain: true } scalar && scalar.Value.ToLowerInvariant() is "" or "~" or "null" or "none";

    object? Value(YamlNode node, Type wanted, object? current, bool optional, int depth, OwnEnum? members)
    {
        text.Visit(node, depth);
        var type = Nullable.GetUnderlyingType(wanted) ?? wanted;
        if (IsNone(node) && optional)
            return null;
        if (IsNone(node) && !type.IsValueType)
            throw new YamlValueException(
                node,
                Descriptors.InvalidValue,
                Excerpt(node),
                $"what is wanted here, {Text.Kind(type, members)}",
                type == typeof(string) ? "; if the word itself is meant, put it in quotes" : "; to keep the default, leave the key out"
            );
        if (Vocabulary.ItemType(type) is { } itemType)
            return Vocabulary.List(
                type,
                [
                    .. Items(node, Text.Kind(itemType, members))
                        .Select(item => Value(item, itemType, null, optional: false, depth + 1, members)),
                ]
            );
        if (Vocabulary.IsRecord(type) || type.IsAbstract)
            return Record(node, type, current, depth);
        if (node is not YamlScalar scalar)
            throw Wrong(node, type, members);
        return Scalar(scalar, type, members);
    }

    static object Scalar(YamlScalar scalar, Type type, OwnEnum? members)
    {
        string value = scalar.Value;
        if (type == typeof(string))
            return value;
        if (type == typeof(int) && Whole.IsMatch(value))
            return int.TryParse(value.Replace("_", ""), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int integer)
                ? integer
                : throw new YamlValueException(
                    scalar,
                    Descriptors.InvalidValue,
                    value,
                    "a whole number that fits, from -2147483648 to 2147483647",
                    ""
                );
        // What is larger than any double is read as infinite, and the rule about ranges speaks.
        if (type == typeof(double) && Number.IsMatch(value))
            return double.TryParse(value.Replace("_", ""), NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
                ? number
                : double.PositiveInfinity;
        if (type == typeof(bool) && value is "true" or "false")
            return value == "true";
        if (members is not null || type.IsEnum)
        {
            IReadOnlyList<string> names = members is null ? Enum.GetNames(type) : members.Names;
            string? member = names.FirstOrDefault(n => string.Equals(n, value, StringComparison.OrdinalIgnoreCase));
            if (member is not null)
                return members is null ? Enum.Parse(type, member) : new OwnMember(members, member);
            throw new YamlValueException(
                scalar,
                Descriptors.InvalidValue,
                value,
                "a " + (members?.Name ?? type.Name),
                Suggestion.For(value, names.Select(Text.Parameter))
            );
        }
        throw Wrong(scalar, type);
    }

    static readonly Regex Whole = new(@"^[-+]?[0-9]+(_[0-9]+)*\z", RegexOptions.CultureInvariant);
    static readonly Regex Number = new(@"^[-+]?([0-9]+(_[0-9]+)*(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?\z", RegexOptions.CultureInvariant);

    object? Record(YamlNode node, Type type, object? current, int depth)
    {
        if (node is YamlScalar scalar)
            return Named(scalar, type);
        if (node is not YamlMapping mapping)
            throw Wrong(node, type);
        object record = Start(mapping, type, current);
        foreach (var (key, value) in Entries(mapping, "options"))
        {
            if (key.Value == TypeKey)
            {
                // Beside 'from' it says nothing, unless it says something else.
                if (value is not YamlScalar named || !IsName(named.Value, record))
                    Report(
                        value,
                        Descriptors.InvalidValue,
                        Excerpt(value),
                        $"what 'from' gives, a {Vocabulary.NameOf(record)}",
                        "; leave out one of the two"
                    );
                continue;
            }
            if (key.Value == FromKey && !HasFrom(type))
                continue;
            if (Vocabulary.OptionsOf(record).FirstOrDefault(o => Key(o) == key.Value) is not { } option)
            {
                Report(
                    key,
                    Descriptors.UnknownKey,
                    key.Value,
                    Vocabulary.NameOf(record),
                    Vocabulary.WhyItLacks(record.GetType(), key.Value)
                        ?? Suggestion.For(key.Value, Vocabulary.OptionsOf(record).Select(Key))
                );
                continue;
            }
            option.SetValue(record, Bind(value, option.Type, option.GetValue(record), option.TakesNull, depth + 1, option.Members));
            places.Set(record, option.Name, text.Of(value));
        }
        return record;
    }

    /// <summary>The record that a mapping changes: a copy of what is named or is there, or a new one.</summary>
    object Start(YamlMapping mapping, Type type, object? current)
    {
        if (mapping[FromKey] is { } from && !HasFrom(type))
            return Copy(from is YamlScalar member ? Named(member, type) : throw Wrong(from, type));
        if (mapping[TypeKey] is { } named)
            return named is YamlScalar { Value: var name } ? Chosen(named, name, type) : throw Wrong(named, type);
        if (current is not null)
            return Copy(current);
        if (!type.IsAbstract)
            return Activator.CreateInstance(type)!;
        if (type.GetCustomAttribute<DefaultChoiceAttribute>(inherit: false) is { } usual)
            return Activator.CreateInstance(usual.Type)!;
        throw new YamlValueException(
            mapping,
            Descriptors.InvalidValue,
            "this",
            $"a whole {type.Name}: 'type' is missing",
            Suggestion.For("", vocabulary.ChoicesFor(type).Select(c => c.Name))
        );
    }

    // A split's bounds are From and To, so there the key is the option.
    static bool HasFrom(Type type) => Vocabulary.Option(type, nameof(Specs.Split.From)) is not null;

    object Copy(object? record)
    {
        object copy = Vocabulary.Clone(record!);
        places.Copy(record!, copy);
        return copy;
    }

    /// <summary>A record by name: a static member such as <c>ToyWorld.Toxic</c>, or a type with all its defaults.</summary>
    object Named(YamlScalar scalar, Type type)
    {
        string name = scalar.Value;
        if (!name.Contains('.') || vocabulary.ChoicesFor(type).Any(c => c.FullName == name))
            return Chosen(scalar, name, type);
        var members = Vocabulary.StaticMembers(type);
        return members.TryGetValue(name, out var member)
            ? member.GetValue(null)!
            : throw new YamlValueException(scalar, Descriptors.InvalidValue, name, "a " + type.Name, Suggestion.For(name, members.Keys));
    }

    /// <summary>A record of the vocabulary's or the user's by its name, with all its defaults.</summary>
    object Chosen(YamlNode node, string name, Type type)
    {
        var choices = vocabulary.ChoicesFor(type);
        var choice = choices.FirstOrDefault(c => c.Name == name) ?? choices.FirstOrDefault(c => c.FullName == name);
        return choice switch
        {
            { IsSound: true } => choice.Create(),
            null => throw new YamlValueException(
                node,
                Descriptors.InvalidValue,
                name,
                "a " + type.Name,
                Suggestion.For(name, choices.Select(c => c.Name))
            ),
            _ => throw new YamlValueException(
                node,
                Descriptors.InvalidValue,
                name,
                $"a {type.Name} that can be used",
                "; its declaration says why"
            ),
        };
    }

    static bool IsName(string name, object record) =>
        name == Vocabulary.NameOf(record) || record is IOwn own && name == own.Own.Type.FullName;

    static string Key(Option option) => Text.Parameter(option.Name).TrimStart('@');

    static YamlValueException Wrong(YamlNode node, Type type, OwnEnum? members = null) =>
        new(node, Descriptors.InvalidValue, Excerpt(node), $"what is wanted here, {Text.Kind(type, members)}", "");

    public static string Excerpt(YamlNode node) =>
        node switch
        {
            YamlScalar scalar => scalar.Value,
            YamlMapping => "a mapping",
            YamlSequence => "a list",
            _ => "this",
        };
}
