using System.Collections.Concurrent;
using System.Reflection;
using System.Text;

namespace DcrDsl.Execution.Numerics;

/// <summary>
/// Names of types, methods and fields that tell what they are and nothing of where they lie: full names without assemblies, type parameters
/// by position, and what has no name of its own by the order in which one method comes to it.
/// </summary>
sealed class SymbolNames
{
    /// <summary>The code that the generator wrote for a stage, as people know it.</summary>
    public const string Program = "the generated program";

    static readonly ConcurrentDictionary<MemberInfo, string> Named = new();
    readonly Dictionary<MemberInfo, int> nameless = [];
    bool numbered;

    /// <summary>A type: <c>System.Collections.Generic.List`1[System.Int32]</c>, <c>!0</c>, <c>#2</c>.</summary>
    public string Of(Type type) => Of(type, Write);

    /// <summary>A method: <c>Type.Name[arguments](parameters)result</c>.</summary>
    public string Of(MethodBase method) => Of(method, Write);

    /// <summary>A field with its type; what closures and iterators keep has no name of its own.</summary>
    public string Of(FieldInfo field) => Of(field, Write);

    /// <summary>A method as people know it, to be told apart from all others: <c>DcrDsl.Objectives.ContrastiveLoss.Circle(…)</c>.</summary>
    public static string Entry(MethodBase method)
    {
        var names = new SymbolNames();
        string parameters = string.Join(", ", method.GetParameters().Select(p => names.Of(p.ParameterType)));
        return NamedPlace(method) is { } place ? $"{place}({parameters})" : Program;
    }

    static string? NamedPlace(MethodBase method)
    {
        var type = method.DeclaringType!;
        string name = method.Name;
        while (Written.IsNameless(type) && type.DeclaringType is { } outer)
            type = outer;
        if (Written.IsNameless(type))
            return null;
        // "<Define>b__4_0": a lambda within Define.
        if (name[0] == '<' && name.IndexOf('>', StringComparison.Ordinal) is > 1 and int end && Written.IsNameless(method))
            name = name[1..end] + ".lambda";
        return $"{type.FullName ?? type.Name}.{name.TrimStart('.')}";
    }

    // A name in which nothing is numbered is the same for every method that comes to it.
    string Of<T>(T member, Func<T, string> write)
        where T : MemberInfo
    {
        if (Named.TryGetValue(member, out string? known))
            return known;
        bool around = numbered;
        numbered = false;
        string name = write(member);
        if (!numbered)
            Named.TryAdd(member, name);
        numbered |= around;
        return name;
    }

    string Write(Type type)
    {
        if (type.IsGenericParameter)
            return type.DeclaringMethod is null ? $"!{type.GenericParameterPosition}" : $"!!{type.GenericParameterPosition}";
        if (type.HasElementType)
            return Of(type.GetElementType()!)
                + (
                    type.IsByRef ? "&"
                    : type.IsPointer ? "*"
                    : type.IsSZArray ? "[]"
                    : $"[{new string(',', type.GetArrayRank() - 1)}]"
                );
        if (type.IsFunctionPointer)
            return "*()";
        var definition = Written.Definition(type);
        string name = Written.IsNameless(definition) ? Number(definition) : definition.FullName ?? definition.Name;
        return type.IsConstructedGenericType ? $"{name}[{string.Join(',', type.GetGenericArguments().Select(Of))}]" : name;
    }

    string Write(MethodBase method)
    {
        var text = new StringBuilder();
        if (method.DeclaringType is { } type)
            text.Append(Of(type)).Append('.');
        text.Append(Written.IsNameless(method) && !IsSpecial(method) ? Number(Written.Definition(method)) : method.Name);
        if (method is MethodInfo { IsGenericMethod: true } generic)
            text.Append('[').AppendJoin(',', generic.GetGenericArguments().Select(Of)).Append(']');
        text.Append('(').AppendJoin(',', method.GetParameters().Select(p => Of(p.ParameterType))).Append(')');
        return method is MethodInfo info ? text.Append(Of(info.ReturnType)).ToString() : text.ToString();
    }

    string Write(FieldInfo field) =>
        field.DeclaringType is not { } type ? field.Name : $"{Of(type)}.{NameOf(field, type)} {Of(field.FieldType)}";

    string NameOf(FieldInfo field, Type type) =>
        Written.IsNameless(type) ? Number(field.Module.ResolveField(field.MetadataToken)!) : field.Name;

    static bool IsSpecial(MethodBase method) => method.Name[0] == '.';

    string Number(MemberInfo member)
    {
        numbered = true;
        if (!nameless.TryGetValue(member, out int number))
            nameless.Add(member, number = nameless.Count);
        return $"#{number}";
    }
}
