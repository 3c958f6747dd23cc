using System.Reflection;
using DcrDsl.Specs;

namespace DcrDsl.Generators.Values;

/// <summary>How a generated method takes a swept value.</summary>
enum AxisKind
{
    Integer,
    Number,
    Boolean,
    Text,
    Enum,
    Source,
    Objective,
    Pooling,
    Preference,
}

/// <summary>Which types can be swept, and how.</summary>
static class AxisKinds
{
    /// <summary>How a value of the type is taken; null: it cannot be.</summary>
    public static AxisKind? Of(Type type) =>
        type == typeof(int) ? AxisKind.Integer
        : type == typeof(double) ? AxisKind.Number
        : type == typeof(bool) ? AxisKind.Boolean
        : type == typeof(string) ? AxisKind.Text
        : type == typeof(Pooling) ? AxisKind.Pooling
        : type == typeof(OwnMember) ? AxisKind.Enum
        : type.IsEnum
            ? NamesFunctions(type) ? null
                : AxisKind.Enum
        : typeof(PromptSource).IsAssignableFrom(type) ? AxisKind.Source
        : typeof(ContrastiveObjective).IsAssignableFrom(type) ? AxisKind.Objective
        : typeof(PreferenceObjective).IsAssignableFrom(type) ? AxisKind.Preference
        : null;

    /// <summary>
    /// Whether its members are functions that take other arguments each, so that a method calls one of them and no other.
    /// </summary>
    static bool NamesFunctions(Type type) => type.GetFields().Any(member => member.IsDefined(typeof(RuntimeCallAttribute)));
}
