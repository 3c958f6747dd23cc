using System.Collections.Concurrent;
using System.Reflection;
using DcrDsl.Specs;

namespace DcrDsl.Generators.Values;

/// <summary>An option of a record of the vocabulary: a property that is loaded here. What it says of itself is read once.</summary>
sealed record ReflectedOption(PropertyInfo Property) : Option
{
    readonly ConcurrentDictionary<Type, Attribute?> marks = new();
    readonly Lazy<bool> takesNull = new(() => AllowsNull(Property));

    public override string Name => Property.Name;

    public override Type Type => Property.PropertyType;

    public override RangeAttribute? Range => Mark<RangeAttribute>();

    public override bool IsRunPath => Mark<RunPathAttribute>() is not null;

    public override bool HasEffect => Mark<NoEffectOnResultAttribute>() is null;

    public override bool IsForJudges => Mark<ForJudgesAttribute>() is not null;

    public override bool TakesNull => takesNull.Value;

    public override T? Mark<T>()
        where T : class => (T?)(marks.TryGetValue(typeof(T), out var known) ? known : marks[typeof(T)] = Property.GetCustomAttribute<T>());

    public bool Equals(ReflectedOption? other) => other is not null && Property == other.Property;

    public override int GetHashCode() => Property.GetHashCode();

    public override bool IsOf(object record) => Property.DeclaringType!.IsInstanceOfType(record);

    public override object? GetValue(object record) => Property.GetValue(record);

    public override void SetValue(object record, object? value) => Property.SetValue(record, value);

    /// <summary>The compiler writes the question mark of <c>string?</c> into attributes.</summary>
    static bool AllowsNull(PropertyInfo property)
    {
        if (property.PropertyType.IsValueType)
            return Nullable.GetUnderlyingType(property.PropertyType) is not null;
        return (
                Flag(property.CustomAttributes, "NullableAttribute")
                ?? Flag(property.DeclaringType!.CustomAttributes, "NullableContextAttribute")
            ) == 2;
    }

    static byte? Flag(IEnumerable<CustomAttributeData> attributes, string name) =>
        attributes
            .FirstOrDefault(a => a.AttributeType.FullName == "System.Runtime.CompilerServices." + name)
            ?.ConstructorArguments[0]
            .Value switch
        {
            byte flag => flag,
            IReadOnlyList<CustomAttributeTypedArgument> flags => (byte)flags[0].Value!,
            _ => null,
        };
}
