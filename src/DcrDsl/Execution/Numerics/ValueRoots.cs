using System.Reflection;
using DcrDsl.Definition;
using DcrDsl.Specs;

namespace DcrDsl.Execution.Numerics;

/// <summary>
/// Code that values bring along: the methods behind delegates, and the types of objects, in fields and lists too, but for fields that are
/// marked as without effect.
/// </summary>
sealed class ValueRoots
{
    readonly HashSet<object> seen = new(ReferenceEqualityComparer.Instance);
    readonly List<MethodBase> methods = [];
    readonly HashSet<Type> types = [];

    /// <summary>Methods behind delegates.</summary>
    public IReadOnlyList<MethodBase> Methods => methods;

    /// <summary>Types of objects that have code of their own.</summary>
    public IReadOnlyCollection<Type> Types => types;

    /// <summary>Adds what a value brings along.</summary>
    public void Add(object? value)
    {
        if (value is null or string || value.GetType().IsPrimitive || !seen.Add(value))
            return;
        switch (value)
        {
            case Delegate function:
                foreach (var one in function.GetInvocationList())
                {
                    if (one.Method.DeclaringType is { } type && ReadCode.Is(type))
                        methods.Add(Written.Definition(one.Method));
                    Add(one.Target);
                }
                break;
            case ExperimentDefinition or ArmDefinition or StageDefinition or AxisDefinition:
                // A closure that holds a declaration beside what it uses: a stage gets values from its run.
                break;
            case Array items:
                foreach (object? item in items)
                    Add(item);
                break;
            case not Enum when ReadCode.Is(value.GetType()):
                types.Add(Written.Definition(value.GetType()));
                Fields(value);
                break;
            case System.Collections.IEnumerable
            and not MemberInfo when value.GetType().Namespace?.StartsWith("System.Collections", StringComparison.Ordinal) == true:
                Fields(value);
                break;
        }
    }

    void Fields(object value)
    {
        for (var level = value.GetType(); level is not null; level = level.BaseType)
            foreach (
                var field in level.GetFields(
                    BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.DeclaredOnly
                )
            )
                if (
                    !field.FieldType.IsPrimitive
                    && !field.FieldType.IsPointer
                    && !field.IsDefined(typeof(NoEffectOnResultAttribute), inherit: false)
                )
                    Add(field.GetValue(value));
    }
}
