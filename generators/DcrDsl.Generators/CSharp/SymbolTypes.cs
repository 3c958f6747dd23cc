using DcrDsl.Generators.Values;
using Microsoft.CodeAnalysis;

namespace DcrDsl.Generators.CSharp;

/// <summary>From the compiler's symbols to the types that are loaded here.</summary>
static class SymbolTypes
{
    public static bool IsFromVocabulary(ISymbol symbol) => symbol.ContainingAssembly?.Name == Vocabulary.AssemblyName;

    /// <summary>The loaded type behind a symbol: of the vocabulary, a basic type, or a list of one of these.</summary>
    public static Type? TypeOf(ITypeSymbol? symbol)
    {
        switch (symbol)
        {
            case IArrayTypeSymbol { Rank: 1 } array:
                return TypeOf(array.ElementType)?.MakeArrayType();
            case INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable:
                return TypeOf(nullable.TypeArguments[0]) is { } inner ? typeof(Nullable<>).MakeGenericType(inner) : null;
            case INamedTypeSymbol { IsGenericType: true } generic when IsFromVocabulary(generic):
                return TypeOf(generic.TypeArguments[0]) is { } item ? Vocabulary.Find(FullName(generic))?.MakeGenericType(item) : null;
            case INamedTypeSymbol named when IsFromVocabulary(named):
                return Vocabulary.Find(FullName(named));
        }
        return symbol?.SpecialType switch
        {
            SpecialType.System_Int32 => typeof(int),
            SpecialType.System_Int64 => typeof(long),
            SpecialType.System_Double => typeof(double),
            SpecialType.System_Single => typeof(float),
            SpecialType.System_Boolean => typeof(bool),
            SpecialType.System_String => typeof(string),
            _ => null,
        };
    }

    /// <summary>A namespace's name as metadata has it: keywords are not escaped, and the global one has none.</summary>
    public static string NameOf(INamespaceSymbol space) =>
        space.IsGlobalNamespace ? ""
        : space.ContainingNamespace.IsGlobalNamespace ? space.Name
        : $"{NameOf(space.ContainingNamespace)}.{space.Name}";

    /// <summary>
    /// The array that stands for another kind of list, as <c>IReadOnlyList&lt;int&gt;</c>; null for what is no list of one type.
    /// </summary>
    public static Type? ArrayBehind(ITypeSymbol? symbol) =>
        symbol is INamedTypeSymbol { TypeArguments: [var item] } named
        && named.OriginalDefinition.ContainingNamespace.ToDisplayString().StartsWith("System", StringComparison.Ordinal)
            ? TypeOf(item)?.MakeArrayType()
            : null;

    static string FullName(INamedTypeSymbol symbol) => symbol.ContainingNamespace.ToDisplayString() + "." + symbol.MetadataName;
}
