using System.Collections.Concurrent;
using System.Reflection;
using DcrDsl.Definition;

namespace DcrDsl.Execution.Numerics;

/// <summary>
/// Tells what people have named from what the compiler has: closures, lambdas, iterators, local functions, and the types of source
/// generators that belong to one file. Names of the second kind hold counters, names of locals and paths of files.
/// </summary>
static class Written
{
    static readonly ConcurrentDictionary<Type, bool> Nameless = new();
    static readonly ConcurrentDictionary<MethodBase, MethodBase> Definitions = new();

    /// <summary>
    /// Whether the compiler made up a type's name, or that of one around it. A generated program counts too, so that experiments that
    /// declare a stage alike share its results.
    /// </summary>
    public static bool IsNameless(Type type) =>
        Nameless.GetOrAdd(
            type,
            static t => MadeUp(t.Name) && !IsFixed(t) || IsProgram(t) || t.DeclaringType is { } outer && IsNameless(outer)
        );

    /// <summary>Whether the compiler made up a method's name, or that of a type around it.</summary>
    public static bool IsNameless(MethodBase method) => MadeUp(method.Name) || method.DeclaringType is { } type && IsNameless(type);

    /// <summary>
    /// Whether the compiler writes a type the same into each assembly that needs it, under the same name: data is named by its digest
    /// there.
    /// </summary>
    public static bool IsFixed(Type type) =>
        type.Name.StartsWith("<PrivateImplementationDetails>", StringComparison.Ordinal)
        || type.Name.StartsWith("<>z__", StringComparison.Ordinal)
        || type.Name.StartsWith("<>y__", StringComparison.Ordinal)
        || type.DeclaringType is { } outer && IsFixed(outer);

    /// <summary>The method as it is declared, whatever it is called with.</summary>
    public static MethodBase Definition(MethodBase method) =>
        Definitions.GetOrAdd(method, static m => m.Module.ResolveMethod(m.MetadataToken)!);

    /// <summary>The type as it is declared.</summary>
    public static Type Definition(Type type) => type.IsConstructedGenericType ? type.GetGenericTypeDefinition() : type;

    static bool IsProgram(Type type) =>
        type is { IsAbstract: true, IsSealed: true }
        && ReadCode.Is(type)
        && type.GetProperty("Definition", BindingFlags.Public | BindingFlags.Static)?.PropertyType == typeof(ExperimentDefinition);

    // "<Clone>$" and "<Main>$" are the same wherever they are.
    static bool MadeUp(string name) => name[0] == '<' && !name.EndsWith(">$", StringComparison.Ordinal);
}
