using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;

namespace DcrDsl.Generators.CSharp;

/// <summary>The public types of the runtime by their simple names, and the types that its functions speak of.</summary>
sealed class RuntimeTypes
{
    static readonly ConditionalWeakTable<IAssemblySymbol, RuntimeTypes> Known = new();
    static readonly RuntimeTypes None = new([]);

    readonly Dictionary<string, INamedTypeSymbol> types = new(StringComparer.Ordinal);

    RuntimeTypes(IEnumerable<INamedTypeSymbol> all)
    {
        foreach (var type in all)
            types[type.Name] = type;
    }

    public static RuntimeTypes Of(Compilation compilation) =>
        compilation.GetTypeByMetadataName("DcrDsl.InputException")?.ContainingAssembly is { } runtime
            ? Known.GetValue(runtime, static assembly => new RuntimeTypes(In(assembly.GlobalNamespace)))
            : None;

    /// <summary>A type by its simple name, or null.</summary>
    public INamedTypeSymbol? Find(string simple) => types.TryGetValue(simple, out var type) ? type : null;

    static IEnumerable<INamedTypeSymbol> In(INamespaceSymbol space) =>
        space
            .GetTypeMembers()
            .Where(t => t.DeclaredAccessibility == Accessibility.Public)
            .Concat(space.GetNamespaceMembers().SelectMany(In));
}
