using System.Globalization;
using System.Reflection;
using DcrDsl.Generators.Emit;
using DcrDsl.Generators.Model;
using DcrDsl.Generators.Parsing;
using DcrDsl.Generators.Validation;
using DcrDsl.Specs;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace DcrDsl.Generators.Yaml;

/// <summary>
/// Fills records of the vocabulary from YAML nodes. A mapping with <c>type</c> starts from that type's defaults, one with <c>from</c> from a
/// member such as <c>ToyWorld.Toxic</c>, and one with neither from the value that the option has already, else from the family's usual type.
/// </summary>
sealed class YamlBinder(YamlText text, SourceMap places, List<DiagnosticInfo> diagnostics)
{
    const string TypeKey = "type", FromKey = "from";

    /// <summary>The node as a value of the wanted type; what does not fit is reported and gives <paramref name="current"/>.</summary>
    public object? Bind(YamlNode node, Type wanted, object? current, int depth = 0)
    {
        try
        {
            return Value(node, wanted, current, depth);
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
    public IEnumerable<(YamlScalarNode Key, YamlNode Value)> Entries(YamlNode node, string what)
    {
        if (node is not YamlMappingNode mapping)
        {
            Report(node, Descriptors.InvalidValue, Excerpt(node), $"a mapping of {what}", "");
            yield break;
        }
        foreach (var pair in mapping.Children)
        {
            if (pair.Key is YamlScalarNode { Value: not null } key) yield return (key, pair.Value);
            else Report(pair.Key, Descriptors.InvalidValue, Excerpt(pair.Key), "a plain key", "");
        }
    }

    /// <summary>The items of a sequence; anything but a sequence is reported.</summary>
    public IReadOnlyList<YamlNode> Items(YamlNode node, string what)
    {
        if (node is YamlSequenceNode sequence) return [.. sequence.Children];
        Report(node, Descriptors.InvalidValue, Excerpt(node), $"a list of {what}, written [a, b]", "");
        return [];
    }

    public static bool IsNone(YamlNode node) => node is YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "~" or "null" or "none" };

    object? Value(YamlNode node, Type wanted, object? current, int depth)
    {
        text.Visit(node, depth);
        var type = Nullable.GetUnderlyingType(wanted) ?? wanted;
        if (IsNone(node) && (!wanted.IsValueType || type != wanted)) return null;
        if (Vocabulary.ItemType(type) is { } itemType)
            return Vocabulary.List(type, [.. Items(node, Text.Kind(itemType)).Select(item => Value(item, itemType, null, depth + 1)).Where(item => item is not null)]);
        if (Vocabulary.IsRecord(type) || type.IsAbstract) return Record(node, type, current, depth);
        if (node is not YamlScalarNode scalar) throw Wrong(node, type);
        return Scalar(scalar, type);
    }

    static object Scalar(YamlScalarNode scalar, Type type)
    {
        string value = scalar.Value ?? "";
        if (type == typeof(string)) return value;
        if (type == typeof(int) && int.TryParse(value.Replace("_", ""), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int integer)) return integer;
        if (type == typeof(double) && double.TryParse(value.Replace("_", ""), NumberStyles.Float, CultureInfo.InvariantCulture, out double number)) return number;
        if (type == typeof(bool) && value is "true" or "false") return value == "true";
        if (type.IsEnum)
        {
            string? member = Enum.GetNames(type).FirstOrDefault(n => string.Equals(n, value, StringComparison.OrdinalIgnoreCase));
            if (member is not null) return Enum.Parse(type, member);
            throw new YamlValueException(scalar, Descriptors.InvalidValue, value, "a " + type.Name, Suggestion.For(value, Enum.GetNames(type).Select(Text.Parameter)));
        }
        throw Wrong(scalar, type);
    }

    object? Record(YamlNode node, Type type, object? current, int depth)
    {
        if (node is YamlScalarNode scalar) return Named(scalar, type);
        if (node is not YamlMappingNode mapping) throw Wrong(node, type);
        object record = Start(mapping, type, current);
        foreach (var (key, value) in Entries(mapping, "options"))
        {
            if (key.Value == TypeKey || (key.Value == FromKey && !HasFrom(type))) continue;
            if (Option(record.GetType(), key.Value!) is not { } option)
            {
                Report(key, Descriptors.UnknownKey, key.Value!, record.GetType().Name,
                    Suggestion.For(key.Value!, Vocabulary.Options(record.GetType()).Select(o => Text.Parameter(o.Name).TrimStart('@'))));
                continue;
            }
            option.SetValue(record, Bind(value, option.PropertyType, option.GetValue(record), depth + 1));
            places.Set(record, option.Name, text.Of(value));
        }
        return record;
    }

    /// <summary>The record that a mapping changes: a copy of what is named or is there, or a new one.</summary>
    object Start(YamlMappingNode mapping, Type type, object? current)
    {
        if (mapping.Children.TryGetValue(new YamlScalarNode(FromKey), out var from) && !HasFrom(type))
            return Copy(from is YamlScalarNode member ? Named(member, type) : throw Wrong(from, type));
        if (mapping.Children.TryGetValue(new YamlScalarNode(TypeKey), out var named))
            return Activator.CreateInstance(named is YamlScalarNode { Value: { } name } ? Choice(named, name, type) : throw Wrong(named, type))!;
        if (current is not null) return Copy(current);
        if (!type.IsAbstract) return Activator.CreateInstance(type)!;
        if (type.GetCustomAttribute<DefaultChoiceAttribute>(inherit: false) is { } usual) return Activator.CreateInstance(usual.Type)!;
        throw new YamlValueException(mapping, Descriptors.InvalidValue, "this", $"a whole {type.Name}: 'type' is missing", Suggestion.For("", Vocabulary.ChoicesFor(type).Select(t => t.Name)));
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
    object Named(YamlScalarNode scalar, Type type)
    {
        string name = scalar.Value ?? "";
        int dot = name.IndexOf('.');
        if (dot < 0) return Activator.CreateInstance(Choice(scalar, name, type))!;
        var members = Vocabulary.StaticMembers(type);
        return members.TryGetValue(name, out var member) ? member.GetValue(null)!
            : throw new YamlValueException(scalar, Descriptors.InvalidValue, name, "a " + type.Name, Suggestion.For(name, members.Keys));
    }

    static Type Choice(YamlNode node, string name, Type type)
    {
        var choices = Vocabulary.ChoicesFor(type);
        return choices.FirstOrDefault(t => t.Name == name)
            ?? throw new YamlValueException(node, Descriptors.InvalidValue, name, "a " + type.Name, Suggestion.For(name, choices.Select(t => t.Name)));
    }

    static PropertyInfo? Option(Type type, string key) => Vocabulary.Options(type).FirstOrDefault(o => Text.Parameter(o.Name).TrimStart('@') == key);

    static YamlValueException Wrong(YamlNode node, Type type) =>
        new(node, Descriptors.InvalidValue, Excerpt(node), $"what is wanted here, {Text.Kind(type)}", "");

    public static string Excerpt(YamlNode node) => node switch
    {
        YamlScalarNode scalar => scalar.Value ?? "",
        YamlMappingNode => "a mapping",
        YamlSequenceNode => "a list",
        _ => "this",
    };
}
