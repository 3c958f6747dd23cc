using DcrDsl.Generators.Diagnostics;
using DcrDsl.Generators.Values;
using DcrDsl.Specs;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DcrDsl.Generators.CSharp;

/// <summary>
/// Reads a record of the user's that joins a family of the vocabulary into plain data: what its options take, their defaults from their
/// initialisers, and the function behind it. Nothing of the user's is run.
/// </summary>
sealed partial class OwnTypeReader(
    Compilation compilation,
    Evaluator? evaluator,
    List<DiagnosticInfo> diagnostics,
    CancellationToken cancellation
)
{
    readonly List<SyntaxReference> sources = [];

    /// <summary>The declarations that were looked at.</summary>
    public IEnumerable<SyntaxReference> Sources => sources;

    /// <summary>Whether a type names the function behind it.</summary>
    public static bool IsMarked(INamedTypeSymbol type) => RecordShape.AttributeOf(type, nameof(RuntimeCallAttribute)) is not null;

    /// <summary>Why a record that was read as unsound cannot be used.</summary>
    public static string WhyUnsound(INamedTypeSymbol type, Compilation compilation) =>
        IsReferenced(type, compilation)
            ? $"the compiled '{type.Name}' does not fit, or does not say what its options hold by default; mark each with "
                + "[DefaultValue(…)] where it is declared"
            : $"'{type.Name}' has errors at its declaration";

    /// <summary>The record as data; unsound where something was reported.</summary>
    public OwnType Read(INamedTypeSymbol record)
    {
        int before = diagnostics.Count;
        sources.AddRange(record.DeclaringSyntaxReferences);
        var family = SymbolTypes.FamilyOf(record);
        if (ShapeProblem(record, family) is { } problem)
            Report(Descriptors.OwnRecordShape, PlaceOf(record), record.Name, problem);
        var options = family is null || diagnostics.Count > before ? [] : Options(record, family);
        var function =
            family is null || diagnostics.Count > before
                ? null
                : RuntimeFunction.Find(compilation, record, family, RuntimeCall(record), Report);
        if (function is not null)
            sources.AddRange(function.Sources);
        bool hasAnswers = family?.Base == typeof(PromptSource) && HasAnswers(record);
        return new OwnType(
            SymbolTypes.NameOf(record),
            family?.Base.Name ?? "",
            DocumentationComment.Summary(record, cancellation),
            function?.Path ?? "",
            options.ToEquatableArray(),
            function?.TakesTotal ?? false,
            hasAnswers,
            diagnostics.Count == before
        );
    }

    static string RuntimeCall(INamedTypeSymbol record) =>
        RecordShape.AttributeOf(record, nameof(RuntimeCallAttribute))!.ConstructorArguments is [{ Value: string function }] ? function : "";

    string? ShapeProblem(INamedTypeSymbol record, OwnFamily? family)
    {
        if (family is null)
            return $"derive from one of {string.Join(", ", OwnFamily.All.Select(f => f.Base.Name))}, which are open to records of your own";
        if (record.IsAbstract)
            return "not be abstract, since experiments hold instances of it";
        for (var type = record; type is not null; type = type.ContainingType)
            if (type.IsGenericType)
                return "have no type parameters, and none around it, since its values are read when it is compiled";
        if (record.IsFileLocal || !compilation.IsSymbolAccessibleWithin(record, compilation.Assembly))
            return "be visible to generated code; make it, and what it is nested in, internal or public";
        if (record.ContainingNamespace.IsGlobalNamespace && record.ContainingType is null && Vocabulary.IsName(record.Name))
            return "stand in a namespace, since the vocabulary has a record of this name";
        var constructors = record.InstanceConstructors.Where(c => !IsCopy(c, record)).ToList();
        if (constructors.FirstOrDefault(c => c.Parameters.IsEmpty) is not { } plain)
            return "have a constructor without parameters; declare its options as properties with initialisers";
        if (!compilation.IsSymbolAccessibleWithin(plain, compilation.Assembly))
            return "have a constructor that generated code can call";
        return Chain(record).SelectMany(t => t.InstanceConstructors).Any(c => c.Parameters.IsEmpty && HasBody(c))
            ? "set nothing in a constructor, which is not run when experiments are compiled; give its options initialisers"
            : null;
    }

    static bool IsCopy(IMethodSymbol constructor, INamedTypeSymbol record) =>
        constructor.Parameters is [{ Type: var type }] && SymbolEqualityComparer.Default.Equals(type, record);

    bool HasBody(IMethodSymbol constructor) =>
        constructor.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellation)
            is ConstructorDeclarationSyntax { Body.Statements.Count: > 0 }
                or ConstructorDeclarationSyntax { ExpressionBody: not null };

    /// <summary>The record and what it derives from, below the family.</summary>
    static IEnumerable<INamedTypeSymbol> Chain(INamedTypeSymbol record)
    {
        string? family = SymbolTypes.FamilyOf(record)?.Base.Name;
        for (INamedTypeSymbol? t = record; t is not null && !(SymbolTypes.IsFromVocabulary(t) && t.Name == family); t = t.BaseType)
            yield return t;
    }

    List<OwnOption> Options(INamedTypeSymbol record, OwnFamily family)
    {
        var options = new List<OwnOption>();
        foreach (var type in Chain(record))
        {
            sources.AddRange(type.DeclaringSyntaxReferences);
            foreach (var property in type.GetMembers().OfType<IPropertySymbol>())
                if (
                    IsOption(property)
                    && options.All(o => o.Name != property.Name)
                    && Option(record, family, property, options.Count) is { } option
                )
                    options.Add(option);
        }
        return options;
    }

    /// <summary>What a reader of the record could set.</summary>
    static bool IsOption(IPropertySymbol property) =>
        property
            is {
                IsStatic: false,
                IsIndexer: false,
                DeclaredAccessibility: Accessibility.Public or Accessibility.Internal,
                GetMethod: not null,
                SetMethod.DeclaredAccessibility: Accessibility.Public or Accessibility.Internal
            };

    OwnOption? Option(INamedTypeSymbol record, OwnFamily family, IPropertySymbol property, int index)
    {
        string? problem =
            Vocabulary.Option(family.Base, property.Name) is not null
                ? $"hides an option that every {family.Base.Name} has; name it otherwise"
            : property.DeclaredAccessibility != Accessibility.Public || property.SetMethod!.DeclaredAccessibility != Accessibility.Public
                ? "is internal; options are public, so make it that, or private"
            : property.IsRequired ? "is required, and options have defaults; give it an initialiser instead"
            : KindProblem(property.Type);
        if (problem is not null)
        {
            Report(Descriptors.OwnOptionType, PlaceOf(property), property.Name, problem);
            return null;
        }
        var kind = Kind(property.Type)!;
        if (kind.Members is not null)
            sources.AddRange(EnumIn(property.Type)!.DeclaringSyntaxReferences);
        if (!TryDefault(record, property, kind, out object? value))
            return null;
        return new OwnOption(
            SymbolTypes.NameOf(record),
            index,
            property.Name,
            kind,
            value,
            Range(property),
            DocumentationComment.Summary(property, cancellation),
            RecordShape.AttributeOf(property, nameof(RunPathAttribute)) is not null,
            RecordShape.AttributeOf(property, nameof(NoEffectOnResultAttribute)) is null
        );
    }

    static string? KindProblem(ITypeSymbol type) =>
        Kind(type) is not { } kind ? $"is of type {type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)}"
        : kind.Members is not null && !IsPublic(EnumIn(type)!)
            ? $"takes {kind.Members.Name}, which is not public, and a generated program takes swept values of it as parameters"
        : null;

    static ITypeSymbol? EnumIn(ITypeSymbol type) =>
        type is { TypeKind: TypeKind.Enum } ? type
        : type is INamedTypeSymbol { TypeArguments: [var inner] } ? EnumIn(inner)
        : null;

    static bool IsPublic(ITypeSymbol type) =>
        type.DeclaredAccessibility == Accessibility.Public && (type.ContainingType is null || IsPublic(type.ContainingType));

    /// <summary>What an option of this type takes; null: the vocabulary cannot hold it.</summary>
    static OwnKind? Kind(ITypeSymbol type)
    {
        if (type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable)
            return Kind(nullable.TypeArguments[0]) is { IsList: false } inner ? inner with { TakesNull = true } : null;
        // Where the project does not tell, a reference can be none.
        bool takesNull = type.IsReferenceType && type.NullableAnnotation != NullableAnnotation.NotAnnotated;
        if (type is INamedTypeSymbol { Name: "ValueList", TypeArguments: [var item] } list && SymbolTypes.IsFromVocabulary(list))
            return Kind(item) is { IsList: false } inner && item is not { NullableAnnotation: NullableAnnotation.Annotated }
                ? inner with
                {
                    IsList = true,
                    TakesNull = takesNull,
                }
                : null;
        if (type.TypeKind == TypeKind.Enum)
            return SymbolTypes.IsFromVocabulary(type)
                ? new OwnKind(TypeCode.Empty, SymbolTypes.NameOf(type), null, IsList: false, TakesNull: false)
                : new OwnKind(TypeCode.Empty, null, SymbolTypes.EnumOf(type), IsList: false, TakesNull: false);
        TypeCode? code = type.SpecialType switch
        {
            SpecialType.System_Int32 => TypeCode.Int32,
            SpecialType.System_Double => TypeCode.Double,
            SpecialType.System_Boolean => TypeCode.Boolean,
            SpecialType.System_String => TypeCode.String,
            _ => null,
        };
        return code is { } basic ? new OwnKind(basic, null, null, IsList: false, takesNull) : null;
    }

    static RangeAttribute? Range(IPropertySymbol property) =>
        RecordShape.AttributeOf(property, nameof(RangeAttribute))
            is { ConstructorArguments: [{ Value: double low }, { Value: double high }] } range
            ? new RangeAttribute(low, high) { ExclusiveMinimum = range.NamedArguments.Any(a => a is { Value.Value: true }) }
            : null;

    static bool IsReferenced(INamedTypeSymbol type, Compilation compilation) =>
        !SymbolEqualityComparer.Default.Equals(type.ContainingAssembly, compilation.Assembly);

    static Place PlaceOf(ISymbol symbol) =>
        symbol.Locations.FirstOrDefault(l => l.IsInSource) is { } location ? Place.Of(location) : new Place("", default, default);

    void Report(DiagnosticDescriptor descriptor, Place place, params string[] arguments) =>
        diagnostics.Add(DiagnosticInfo.Of(descriptor, place, arguments));
}
