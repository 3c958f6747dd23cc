using System.Collections.Concurrent;
using System.Reflection;
using DcrDsl.Specs;

namespace DcrDsl.Generators.Values;

/// <summary>An option of a record of the vocabulary: a property that is loaded here.</summary>
sealed record ReflectedOption(PropertyInfo Property) : Option
{
    static readonly ConcurrentDictionary<(PropertyInfo Property, Type Mark), Attribute?> Marks = new();

    public override string Name => Property.Name;

    public override Type Type => Property.PropertyType;

    public override RangeAttribute? Range => Property.GetCustomAttribute<RangeAttribute>();

    public override bool IsRunPath => Property.IsDefined(typeof(RunPathAttribute));

    public override bool HasEffect => !Property.IsDefined(typeof(NoEffectOnResultAttribute));

    public override bool IsForJudges => Property.IsDefined(typeof(ForJudgesAttribute));

    public override T? Mark<T>()
        where T : class => (T?)Marks.GetOrAdd((Property, typeof(T)), static of => of.Property.GetCustomAttribute(of.Mark));

    /// <summary>The compiler writes the question mark of <c>string?</c> into attributes.</summary>
    public override bool TakesNull
    {
        get
        {
            if (Type.IsValueType)
                return Nullable.GetUnderlyingType(Type) is not null;
            return (
                    Flag(Property.CustomAttributes, "NullableAttribute")
                    ?? Flag(Property.DeclaringType!.CustomAttributes, "NullableContextAttribute")
                ) == 2;
        }
    }

    public override bool IsOf(object record) => Property.DeclaringType!.IsInstanceOfType(record);

    public override object? GetValue(object record) => Property.GetValue(record);

    public override void SetValue(object record, object? value) => Property.SetValue(record, value);

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
