using DcrDsl.Generators.Diagnostics;
using DcrDsl.Generators.Values;
using DcrDsl.Specs;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace DcrDsl.Generators.CSharp;

/// <summary>
/// The function, or class, that a record names with <see cref="RuntimeCallAttribute"/>, held against the call that is generated.
/// </summary>
/// <param name="Path">Its full name.</param>
/// <param name="TakesTotal">Of a schedule: whether it takes the number of steps in all.</param>
/// <param name="Sources">Where its type is declared.</param>
sealed record RuntimeFunction(string Path, bool TakesTotal, IReadOnlyList<SyntaxReference> Sources)
{
    /// <summary>Finds the function; where there is none that fits, says so and gives null.</summary>
    /// <param name="compilation">Where to look.</param>
    /// <param name="record">The record that names it, of the user's or of the vocabulary's.</param>
    /// <param name="family">What tells the arguments besides the options; null: anything goes.</param>
    /// <param name="name">Type and function as the record names them: in full, or as seen from its namespace, or of the runtime.</param>
    /// <param name="report">Takes what is wrong.</param>
    public static RuntimeFunction? Find(
        Compilation compilation,
        INamedTypeSymbol record,
        OwnFamily? family,
        string name,
        Action<DiagnosticDescriptor, Place, string[]> report
    )
    {
        var place = RecordShape.AttributeOf(record, nameof(RuntimeCallAttribute))?.ApplicationSyntaxReference is { } reference
            ? Place.Of(reference.GetSyntax())
            : new Place("", default, default);
        RuntimeFunction? Missing(string why)
        {
            report(Descriptors.OwnFunctionMissing, place, [record.Name, name, why]);
            return null;
        }

        bool isClass = family?.IsClass ?? TypeNamed(compilation, record, name) is not null;
        int dot = name.LastIndexOf('.');
        if (!isClass && dot < 1)
            return Missing("which is no type and function; write it as \"MyLosses.Hinge\"");
        string typeName = isClass ? name : name.Substring(0, dot),
            function = isClass ? "" : name.Substring(dot + 1);
        if (TypeNamed(compilation, record, typeName) is not { } type)
            return Missing($"but there is no type '{typeName}'; declare it, or write its namespace too");
        var all = isClass ? type.InstanceConstructors : [.. type.GetMembers(function).OfType<IMethodSymbol>()];
        if (all.IsEmpty)
            return Missing($"but '{type.Name}' has no function '{function}'");
        if (type.IsGenericType || type.IsFileLocal || isClass && type.IsAbstract)
            return Missing($"but '{type.Name}' is generic, abstract or visible in its file only, so it cannot be called");
        var callable = all.Where(m => (isClass || m.IsStatic) && !m.IsGenericMethod).ToList();
        if (callable.Count == 0)
            return Missing("which is not static, or has type parameters");
        callable = [.. callable.Where(m => compilation.IsSymbolAccessibleWithin(m, compilation.Assembly))];
        if (callable.Count == 0 || !compilation.IsSymbolAccessibleWithin(type, compilation.Assembly))
            return Missing("which generated code cannot reach; make it internal or public");

        var call = new RuntimeFunctionCall(compilation, record, family);
        string? problem = null;
        foreach (var method in callable)
        {
            if (call.Problem(method, type) is not { } misfit)
                return new RuntimeFunction(
                    SymbolTypes.NameOf(type) + (isClass ? "" : "." + method.Name),
                    method.Parameters.Any(p => p.Name == OwnFamily.Total),
                    type.DeclaringSyntaxReferences
                );
            problem ??= misfit;
        }
        report(Descriptors.OwnFunctionArguments, place, [record.Name, name, call.Words, problem!]);
        return null;
    }

    /// <summary>
    /// A type as seen from a record: in its namespace or one around it, by its full name, or of the runtime; ours name the runtime's alone.
    /// </summary>
    static INamedTypeSymbol? TypeNamed(Compilation compilation, INamedTypeSymbol record, string name)
    {
        if (SymbolTypes.IsFromVocabulary(record))
            return RuntimeTypes.Of(compilation).Find(name);
        for (string? space = SymbolTypes.NameOf(record); space is not null; space = Outer(space))
            if (ByFullName(compilation, $"{space}.{name}") is { } near)
                return near;
        return ByFullName(compilation, name) ?? RuntimeTypes.Of(compilation).Find(name);
    }

    static string? Outer(string name) => name.LastIndexOf('.') is > 0 and var dot ? name.Substring(0, dot) : null;

    /// <summary>A type by its name with dots, of which the last ones may separate nested types.</summary>
    static INamedTypeSymbol? ByFullName(Compilation compilation, string name)
    {
        for (string metadata = name; ; )
        {
            if (compilation.GetTypeByMetadataName(metadata) is { } type)
                return type;
            int dot = metadata.LastIndexOf('.');
            if (dot < 1)
                return null;
            metadata = metadata.Substring(0, dot) + "+" + metadata.Substring(dot + 1);
        }
    }
}
