using DcrDsl.Generators.Values;
using Microsoft.CodeAnalysis;

namespace DcrDsl.Generators.CSharp;

/// <summary>From the compiler's symbols to the types that are loaded here.</summary>
static class SymbolTypes
{
    public static bool IsFromVocabulary(ISymbol symbol) => symbol.ContainingAssembly?.Name == Vocabulary.AssemblyName;

    /// <summary>
    /// The loaded type behind a symbol: of the vocabulary, a basic type, what stands for a type of the user's, or a list of one of these.
    /// </summary>
    public static Type? TypeOf(ITypeSymbol? symbol)
    {
        switch (symbol)
        {
            case IArrayTypeSymbol { Rank: 1 } array:
                return TypeOf(array.ElementType)?.MakeArrayType();
            case INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable:
                return TypeOf(nullable.TypeArguments[0]) is not { } inner ? null
                    : inner.IsValueType ? typeof(Nullable<>).MakeGenericType(inner)
                    : inner;
            case INamedTypeSymbol { IsGenericType: true } generic when IsFromVocabulary(generic):
                return TypeOf(generic.TypeArguments[0]) is { } item ? Vocabulary.Find(FullName(generic))?.MakeGenericType(item) : null;
            case INamedTypeSymbol named when IsFromVocabulary(named):
                return Vocabulary.Find(FullName(named));
            case INamedTypeSymbol { TypeKind: TypeKind.Enum }:
                return typeof(OwnMember);
            case INamedTypeSymbol { IsRecord: true } own when FamilyOf(own) is { } family:
                return family.Base;
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

    /// <summary>The family of the vocabulary that a record of the user's joins, or null.</summary>
    public static OwnFamily? FamilyOf(INamedTypeSymbol record)
    {
        for (INamedTypeSymbol? t = record.BaseType; t is not null; t = t.BaseType)
            if (IsFromVocabulary(t) && OwnFamily.Of(t.Name) is { } family)
                return family;
        return null;
    }

    /// <summary>A member of an enumeration of the user's; null: the value is no member.</summary>
    public static OwnMember? MemberOf(ITypeSymbol enumeration, object? value) =>
        enumeration
            .GetMembers()
            .OfType<IFieldSymbol>()
            .Where(f => f.HasConstantValue && Equals(f.ConstantValue, value))
            .Select(f => new OwnMember(EnumOf(enumeration), f.Name))
            .FirstOrDefault();

    /// <summary>An enumeration of the user's.</summary>
    public static OwnEnum EnumOf(ITypeSymbol enumeration) =>
        new(
            NameOf(enumeration),
            enumeration.GetMembers().OfType<IFieldSymbol>().Where(f => f.HasConstantValue).Select(f => f.Name).ToEquatableArray()
        );

    /// <summary>A type's name with its namespace and the types around it, separated by dots and without escapes.</summary>
    public static string NameOf(ITypeSymbol type) =>
        type.ContainingType is { } outer ? $"{NameOf(outer)}.{type.Name}"
        : type.ContainingNamespace is { IsGlobalNamespace: false } space ? $"{NameOf(space)}.{type.Name}"
        : type.Name;

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

    static string FullName(INamedTypeSymbol symbol) => NameOf(symbol.ContainingNamespace) + "." + symbol.MetadataName;
}
