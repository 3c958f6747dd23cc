using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;

namespace DcrDsl.Specs;

/// <summary>
/// Reads records of the vocabulary, and those of a user's own, by reflection: their options are the properties that can be set.
/// </summary>
public static class SpecOptions
{
    // A plan asks for the same few types thousands of times.
    static readonly ConcurrentDictionary<Type, bool> Records = new();
    static readonly ConcurrentDictionary<Type, IReadOnlyList<PropertyInfo>> Known = new();

    /// <summary>Whether a value is a record that holds options.</summary>
    public static bool Is(object? value) =>
        value is not (null or string) && Records.GetOrAdd(value.GetType(), static t => t.GetMethod("<Clone>$") is not null);

    /// <summary>The options of a record, its own before those it inherits.</summary>
    public static IReadOnlyList<PropertyInfo> Options(Type record) => Known.GetOrAdd(record, static r => Find(r));

    static IReadOnlyList<PropertyInfo> Find(Type record)
    {
        var levels = new List<Type>();
        for (var type = record; type is not null && type != typeof(object); type = type.BaseType)
            levels.Add(type);
        return
        [
            .. record
                .GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(p => p.CanRead && p.SetMethod is { IsPublic: true })
                .OrderBy(p => levels.IndexOf(p.DeclaringType!))
                .ThenBy(p => p.MetadataToken),
        ];
    }

    /// <summary>Every option within a record, at any depth, with its path and value: <c>Adapter.Rank</c>, <c>Tasks[0].Name</c>.</summary>
    public static IEnumerable<(string Path, PropertyInfo Option, object? Value)> Walk(object record, string path = "")
    {
        foreach (var option in Options(record.GetType()))
        {
            string name = path.Length == 0 ? option.Name : $"{path}.{option.Name}";
            object? value = option.GetValue(record);
            yield return (name, option, value);
            foreach (var (place, inner) in Inner(name, value))
            foreach (var found in Walk(inner, place))
                yield return found;
        }
    }

    /// <summary>Every record of a type within another: in its options, their options, and their lists.</summary>
    public static IEnumerable<T> Within<T>(object record) =>
        from option in Walk(record)
        from inner in Inner("", option.Value)
        where inner.Record is T
        select (T)inner.Record;

    /// <summary>
    /// A copy of a record with another value for the option at a path. A part behind a list of records names the kind of one of them:
    /// <c>Retain.HiddenStateDistance.Weight</c>.
    /// </summary>
    public static T With<T>(T record, string path, object? value)
        where T : notnull
    {
        string[] parts = path.Split(['.'], 2);
        object copy = record.GetType().GetMethod("<Clone>$")!.Invoke(record, null)!;
        var option =
            copy.GetType().GetProperty(parts[0], BindingFlags.Public | BindingFlags.Instance)
            ?? throw new ArgumentException($"{copy.GetType().Name} has no option {parts[0]}.", nameof(path));
        object inner = parts.Length == 1 ? value! : option.GetValue(copy)!;
        if (parts.Length > 1)
            inner = Is(inner) ? With(inner, parts[1], value) : WithItem((IEnumerable)inner, parts[1], value);
        option.SetValue(copy, inner);
        return (T)copy;
    }

    static object WithItem(IEnumerable list, string path, object? value)
    {
        string[] parts = path.Split(['.'], 2);
        object[] items = [.. list.Cast<object>().Select(i => i.GetType().Name == parts[0] ? With(i, parts[1], value) : i)];
        var copy = Array.CreateInstance(list.GetType().GetGenericArguments()[0], items.Length);
        items.CopyTo(copy, 0);
        return typeof(ValueList).GetMethod(nameof(ValueList.Of))!.MakeGenericMethod(copy.GetType().GetElementType()!).Invoke(null, [copy])!;
    }

    static IEnumerable<(string Path, object Record)> Inner(string path, object? value)
    {
        if (Is(value))
            yield return (path, value!);
        else if (value is IEnumerable items and not string)
        {
            int place = 0;
            foreach (object? item in items)
            {
                if (Is(item))
                    yield return (FormattableString.Invariant($"{path}[{place}]"), item!);
                place++;
            }
        }
    }
}
