using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using DcrDsl.Specs;
using DcrDsl.Wording;

namespace DcrDsl.Evaluation.Judging;

/// <summary>
/// Records of the vocabulary as JSON, and read from it: a record is an object with its <c>type</c> and options, one that has a name may
/// stand by that (<c>"Rubrics.AfterXSTest"</c>).
/// </summary>
static class StoredRecord
{
    const string Type = "type";

    /// <summary>A value of an option as JSON.</summary>
    /// <param name="value">The value.</param>
    /// <param name="path">Where a declared path lies; null: paths stay as they are declared.</param>
    public static JsonNode? Written(object? value, Func<string, string>? path = null) =>
        value switch
        {
            null => null,
            string text => JsonValue.Create(text),
            Enum member => JsonValue.Create(JsonNamingPolicy.CamelCase.ConvertName(member.ToString())),
            _ when SpecOptions.Is(value) => Record(value, path),
            IEnumerable items => new JsonArray([.. items.Cast<object?>().Select(item => Written(item, path))]),
            _ => JsonSerializer.SerializeToNode(value),
        };

    static JsonObject Record(object record, Func<string, string>? path)
    {
        var written = new JsonObject { [Type] = record.GetType().Name };
        var standard = new Lazy<object>(() => Activator.CreateInstance(record.GetType())!);
        foreach (var option in SpecOptions.Options(record.GetType()))
            if (!option.IsDefined(typeof(OmittedAtDefaultAttribute)) || !Equals(option.GetValue(record), option.GetValue(standard.Value)))
                written[Name(option)] =
                    path is not null && option.IsDefined(typeof(RunPathAttribute)) && option.GetValue(record) is string declared
                        ? path(declared)
                        : Written(option.GetValue(record), path);
        return written;
    }

    /// <summary>The record that is written so.</summary>
    /// <exception cref="InputException">The program has no such record, or with other options.</exception>
    public static T Read<T>(JsonNode? written)
        where T : class => (T)Value(typeof(T), written, "it")!;

    /// <summary>The name of an option.</summary>
    public static string Name(PropertyInfo option) => JsonNamingPolicy.CamelCase.ConvertName(option.Name);

    static object? Value(Type wanted, JsonNode? written, string place)
    {
        var type = Nullable.GetUnderlyingType(wanted) ?? wanted;
        if (written is null)
            return null;
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueList<>))
            return List(type.GetGenericArguments()[0], written, place);
        if (IsRecord(type))
            return written is JsonObject record ? Record(type, record, place) : Named(type, written, place);
        try
        {
            string text = written is JsonValue ? written.ToString() : throw new FormatException();
            return type == typeof(string) ? text
                : type.IsEnum ? Enum.Parse(type, text[(text.LastIndexOf('.') + 1)..], ignoreCase: true)
                : Convert.ChangeType(text, type, CultureInfo.InvariantCulture);
        }
        catch (Exception exception) when (exception is FormatException or OverflowException or ArgumentException or InvalidCastException)
        {
            throw new InputException($"{place} is not what it should be, {type.Name}: correct it.", exception);
        }
    }

    static object List(Type item, JsonNode written, string place)
    {
        if (written is not JsonArray items)
            throw new InputException($"{place} is not a list: write one.");
        var values = Array.CreateInstance(item, items.Count);
        for (int i = 0; i < items.Count; i++)
            values.SetValue(Value(item, items[i], string.Create(CultureInfo.InvariantCulture, $"{place}[{i}]")), i);
        return typeof(ValueList).GetMethod(nameof(ValueList.Of))!.MakeGenericMethod(item).Invoke(null, [values])!;
    }

    static object Record(Type wanted, JsonObject written, string place)
    {
        string? name = written[Type]?.ToString() ?? (wanted.IsAbstract ? null : wanted.Name);
        var type =
            Assemblies().SelectMany(a => a.GetTypes()).FirstOrDefault(t => t.Name == name && !t.IsAbstract && t.IsAssignableTo(wanted))
            ?? throw new InputException(
                name is null
                    ? $"{place} does not say of which type it is: give its '{Type}', a {wanted.Name}."
                    : $"{place} is of the type '{name}', which is no {wanted.Name}: correct the type."
            );
        object record = Activator.CreateInstance(type)!;
        var options = SpecOptions.Options(type).ToDictionary(Name);
        foreach (var (key, value) in written.Where(w => w.Key != Type))
        {
            if (!options.TryGetValue(key, out var option))
                throw new InputException($"{place}: {type.Name} has no option '{key}'.{UnknownName.Hint(key, [.. options.Keys])}");
            option.SetValue(record, Value(option.PropertyType, value, $"{key} of {type.Name}"));
        }
        return record;
    }

    static object Named(Type type, JsonNode written, string place)
    {
        string name = written.ToString();
        string[] parts = name.Split('.');
        var member =
            parts.Length == 2
                ? Assemblies()
                    .SelectMany(a => a.GetExportedTypes())
                    .Where(t => t.Name == parts[0])
                    .Select(t => t.GetProperty(parts[1], BindingFlags.Public | BindingFlags.Static))
                    .FirstOrDefault(p => p is not null && p.PropertyType.IsAssignableTo(type))
                : null;
        return member?.GetValue(null)
            ?? throw new InputException($"{place} is '{name}', which is no {type.Name}: write one with its options, or the name of one.");
    }

    static bool IsRecord(Type type) => type.GetMethod("<Clone>$") is not null;

    static IEnumerable<Assembly> Assemblies() =>
        AppDomain
            .CurrentDomain.GetAssemblies()
            .Where(a => a == typeof(JudgeSpec).Assembly || a.GetReferencedAssemblies().Any(r => r.Name == "DcrDsl.Specs"));
}
