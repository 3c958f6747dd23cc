using System.Collections.Concurrent;
using System.Reflection;
using DcrDsl.Specs;

namespace DcrDsl.Generators.Values;

/// <summary>
/// The vocabulary as seen by reflection: both front ends fill its records by name, and the emitter reads them back, so a new
/// option is added in one place, the record.
/// </summary>
static class Vocabulary
{
    static readonly Assembly Assembly = typeof(Stage).Assembly;
    static readonly Dictionary<string, Type> ByFullName = Assembly.GetExportedTypes().ToDictionary(t => t.FullName!);
    static readonly ConcurrentDictionary<Type, IReadOnlyList<Option>> Reflected = new();
    static readonly ConcurrentDictionary<Type, object> Defaults = new();
    static readonly ConcurrentDictionary<Type, MethodInfo?> Clones = new();
    static readonly ConcurrentDictionary<object, RuntimeCallAttribute?> RuntimeCalls = new();
    static readonly ConcurrentDictionary<Type, IReadOnlyDictionary<string, PropertyInfo>> Members = new();

    public const string AssemblyName = "DcrDsl.Specs";

    /// <summary>The names of its types.</summary>
    public static IEnumerable<string> SimpleNames =>
        ByFullName.Values.Select(t => t.Name.Split('`')[0]).Distinct().OrderBy(n => n, StringComparer.Ordinal);

    public static Type? Find(string fullName) => ByFullName.TryGetValue(fullName, out var type) ? type : null;

    /// <summary>The types that can stand where <paramref name="declared"/> is asked for.</summary>
    public static IReadOnlyList<Type> ChoicesFor(Type declared) =>
        [.. ByFullName.Values.Where(t => !t.IsAbstract && declared.IsAssignableFrom(t)).OrderBy(t => t.Name, StringComparer.Ordinal)];

    /// <summary>Whether a record of the vocabulary has this simple name.</summary>
    public static bool IsName(string simple) => ByFullName.Values.Any(t => t.Name == simple && IsRecord(t));

    /// <summary>A record's simple name.</summary>
    public static string NameOf(object record) => record is IOwn own ? own.Own.Type.Name : record.GetType().Name;

    /// <summary>What a watch's readings are called.</summary>
    public static string ReadingName(WatchSpec watch) => watch.Name.Length > 0 ? watch.Name : NameOf(watch);

    /// <summary>Whether two records are of one type.</summary>
    public static bool AreAlike(object one, object other) =>
        one is IOwn a && other is IOwn b ? a.Own.Type.FullName == b.Own.Type.FullName : one.GetType() == other.GetType();

    /// <summary>The options that a record has, its own before those it inherits.</summary>
    public static IReadOnlyList<Option> OptionsOf(object record) =>
        record is IOwn own ? [.. own.Own.Type.Options, .. Options(record.GetType().BaseType!)] : Options(record.GetType());

    /// <summary>An option of a record by its name, or null.</summary>
    public static Option? OptionOf(object record, string name) => OptionsOf(record).FirstOrDefault(o => o.Name == name);

    /// <summary>
    /// The options that a path below a record names, each of the one before; a part behind a list names the kind of one of its items. Null
    /// where the record has no such path.
    /// </summary>
    public static IReadOnlyList<Option>? Follow(object record, string path)
    {
        var chain = new List<Option>();
        object? owner = record;
        string[] parts = path.Split('.');
        for (int i = 0; i < parts.Length; i++)
        {
            if (owner is null || OptionOf(owner, parts[i]) is not { } option)
                return null;
            if (i + 1 < parts.Length && ItemType(option.Type) is { } item && IsRecord(item))
                option = new ItemOption(option, parts[++i]);
            chain.Add(option);
            owner = option.GetValue(owner);
        }
        return chain;
    }

    /// <summary>The value at a path below a record; the record itself for the empty path, null where there is no such path.</summary>
    public static object? ValueAt(object record, string path) =>
        path.Length == 0 ? record : Follow(record, path)?.Aggregate((object?)record, (owner, option) => option.GetValue(owner!));

    /// <summary>The options of a type of the vocabulary, its own before those it inherits.</summary>
    public static IReadOnlyList<Option> Options(Type record) =>
        Reflected.GetOrAdd(
            record,
            static type =>
            {
                var levels = new List<Type>();
                for (var t = type; t is not null && t != typeof(object); t = t.BaseType)
                    levels.Add(t);
                return
                [
                    .. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                        .Where(p => p.CanRead && p.SetMethod is { IsPublic: true })
                        .OrderBy(p => levels.IndexOf(p.DeclaringType!))
                        .ThenBy(p => p.MetadataToken)
                        .Select(p => new ReflectedOption(p)),
                ];
            }
        );

    /// <summary>The static members of the vocabulary that give a value of the wanted type, as <c>Type.Member</c>.</summary>
    public static IReadOnlyDictionary<string, PropertyInfo> StaticMembers(Type wanted) =>
        Members.GetOrAdd(
            wanted,
            static wanted =>
                (
                    from type in ByFullName.Values
                    where !type.IsGenericTypeDefinition
                    from property in type.GetProperties(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
                    where wanted.IsAssignableFrom(property.PropertyType) && property.Name != "None"
                    select (Name: $"{type.Name}.{property.Name}", property)
                ).ToDictionary(m => m.Name, m => m.property)
        );

    /// <summary>The static member that holds an equal value, as <c>Type.Member</c>, or null.</summary>
    public static string? StaticMemberName(object record) =>
        StaticMembers(record.GetType())
            .FirstOrDefault(m => m.Value.PropertyType == record.GetType() && record.Equals(m.Value.GetValue(null)))
            .Key;

    public static Option? Option(Type record, string name) => Options(record).FirstOrDefault(p => p.Name == name);

    /// <summary>The record with every option at its default.</summary>
    public static object Default(Type record) => Defaults.GetOrAdd(record, static type => Activator.CreateInstance(type)!);

    /// <summary>A record of the same type with every option at its default.</summary>
    public static object DefaultOf(object record) => record is IOwn own ? own.Own.Type.Create() : Default(record.GetType());

    /// <summary>A copy that can be changed: what <c>with</c> starts from.</summary>
    public static object Clone(object record) => Cloning(record.GetType())!.Invoke(record, null)!;

    /// <summary>A copy with another value for one option.</summary>
    public static object With(object record, string option, object? value)
    {
        object copy = Clone(record);
        OptionOf(copy, option)!.SetValue(copy, value);
        return copy;
    }

    public static bool IsRecord(Type type) => Cloning(type) is not null;

    /// <summary>How the compiler copies a record of the vocabulary or of the user's own; null: the type is none.</summary>
    static MethodInfo? Cloning(Type type) =>
        Clones.GetOrAdd(type, static t => t.Assembly == Assembly || typeof(IOwn).IsAssignableFrom(t) ? t.GetMethod("<Clone>$") : null);

    /// <summary>Why a record has not an option that its siblings have, as the end of a sentence; null: it does not say.</summary>
    public static string? WhyItLacks(Type type, string option) =>
        type.GetCustomAttributes<LacksAttribute>(inherit: false)
            .FirstOrDefault(l => string.Equals(l.Option, option, StringComparison.OrdinalIgnoreCase))
            is { } lacks
            ? $"; {lacks.Why}"
            : null;

    /// <summary>The formula of an objective, as its record gives it; null: none.</summary>
    public static string? Formula(object record) => record.GetType().GetCustomAttribute<FormulaAttribute>()?.Text;

    /// <summary>The function that a record or a member of an enumeration names; null: none.</summary>
    public static RuntimeCallAttribute? RuntimeCall(object value) =>
        RuntimeCalls.GetOrAdd(
            value is Enum ? value : value.GetType(),
            static named => (named as MemberInfo ?? named.GetType().GetField(named.ToString()))?.GetCustomAttribute<RuntimeCallAttribute>()
        );

    /// <summary>The item type of a list option, or null.</summary>
    public static Type? ItemType(Type type) =>
        type.IsArray ? type.GetElementType()
        : type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueList<>) ? type.GetGenericArguments()[0]
        : null;

    /// <summary>A list of the given type holding the items.</summary>
    public static object List(Type listType, IReadOnlyList<object?> items)
    {
        var array = Array.CreateInstance(ItemType(listType)!, items.Count);
        for (int i = 0; i < items.Count; i++)
            array.SetValue(items[i], i);
        return listType.IsArray
            ? array
            : typeof(ValueList).GetMethod(nameof(ValueList.Of))!.MakeGenericMethod(ItemType(listType)!).Invoke(null, [array])!;
    }

    /// <summary>The value in the wanted type where C# converts implicitly; otherwise null and false.</summary>
    public static bool TryConvert(object? value, Type wanted, out object? converted)
    {
        converted = value;
        var target = Nullable.GetUnderlyingType(wanted) ?? wanted;
        if (value is null)
            return !wanted.IsValueType || target != wanted;
        if (target.IsInstanceOfType(value))
            return true;
        if (target.IsEnum && value is int number)
        {
            converted = Enum.ToObject(target, number);
            return true;
        }
        converted = value switch
        {
            int i when target == typeof(double) => (double)i,
            long l when target == typeof(double) => (double)l,
            float f when target == typeof(double) => (double)f,
            int i when target == typeof(long) => (long)i,
            _ => null,
        };
        return converted is not null;
    }
}
