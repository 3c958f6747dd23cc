using DcrDsl.Generators.Diagnostics;
using DcrDsl.Generators.Values;
using DcrDsl.Specs;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DcrDsl.Generators.CSharp;

/// <summary>
/// Finds what a record declares and the generator would not take: it reads initialisers and does not run the program, so what comes
/// from constructors, accessors, fields or base records has no value at build time. Each is an error where it stands.
/// </summary>
sealed class RecordShape(INamedTypeSymbol type, SyntaxTree home, List<DiagnosticInfo> diagnostics, CancellationToken cancellation)
{
    static readonly string[] Markers = [nameof(ArmAttribute), nameof(SweepAttribute), nameof(SeedsAttribute)];

    public void Check()
    {
        Bases();
        foreach (var constructor in type.InstanceConstructors.Concat(type.StaticConstructors))
            Constructor(constructor);
        foreach (var member in type.GetMembers())
        {
            if (member.IsImplicitlyDeclared || member.Locations.Length == 0 || !member.Locations[0].IsInSource)
                continue;
            if (member is IFieldSymbol { IsStatic: false, AssociatedSymbol: null } field && Holds(field.Type))
                NotRead(field, "it is a field; make it a property with an initialiser");
            if (member is IPropertySymbol { IsStatic: false, IsIndexer: false } property)
                Property(property);
        }
        foreach (string marker in Markers)
            Marked(marker);
        OneFile(type.GetMembers().OfType<IPropertySymbol>().Where(p => !p.IsStatic && IsStage(p.Type)), "stages");
        foreach (string marker in Markers)
            OneFile(
                type.GetMembers().OfType<IPropertySymbol>().Where(p => AttributeOf(p, marker) is not null),
                marker is nameof(ArmAttribute) ? "arms"
                    : marker is nameof(SweepAttribute) ? "sweeps"
                    : "seeds"
            );
    }

    /// <summary>Whether a property of this type is the base model or a stage.</summary>
    public static bool IsStage(ITypeSymbol type) =>
        SymbolTypes.TypeOf(type) is { } spec && (typeof(Stage).IsAssignableFrom(spec) || typeof(ModelSpec).IsAssignableFrom(spec));

    /// <summary>The attribute of the vocabulary on a member, or null.</summary>
    public static AttributeData? AttributeOf(ISymbol member, string name) =>
        member
            .GetAttributes()
            .FirstOrDefault(a => a.AttributeClass is { } c && c.Name == name && c.ContainingAssembly.Name == Vocabulary.AssemblyName);

    void Bases()
    {
        for (var t = type.BaseType; t is { SpecialType: not SpecialType.System_Object }; t = t.BaseType)
        {
            bool declares = t.GetMembers()
                .Any(m =>
                    m is IFieldSymbol { IsStatic: false, AssociatedSymbol: null } f && Holds(f.Type)
                    || m is IPropertySymbol { IsStatic: false } p && p.Name != "EqualityContract" && Holds(p.Type)
                    || Markers.Any(marker => AttributeOf(m, marker) is not null)
                );
            var bases = type
                .DeclaringSyntaxReferences.Select(r => (r.GetSyntax(cancellation) as TypeDeclarationSyntax)?.BaseList)
                .FirstOrDefault(b => b is not null);
            if (declares && bases is not null)
                Report(
                    Descriptors.NotRead,
                    Place.Of(bases.Types[0]),
                    t.Name,
                    "an experiment inherits no stages, arms, sweeps or seeds; declare them in the experiment itself"
                );
        }
    }

    void Constructor(IMethodSymbol constructor)
    {
        if (
            constructor.IsImplicitlyDeclared
            || constructor.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellation) is not { } syntax
        )
            return;
        const string Why =
            "what a constructor sets is not known at build time; give every property an initialiser, and leave the " + "constructor out";
        if (
            syntax is ConstructorDeclarationSyntax
            {
                ParameterList.Parameters.Count: 0,
                Initializer: null,
                ExpressionBody: null,
                Body.Statements.Count: 0
            }
        )
            return;
        if (syntax is ConstructorDeclarationSyntax written)
            Report(Descriptors.NotRead, Place.Of(written.Identifier.GetLocation()), type.Name, Why);
        else if (syntax is TypeDeclarationSyntax { ParameterList: { Parameters.Count: > 0 } parameters })
            Report(Descriptors.NotRead, Place.Of(parameters), type.Name, Why);
    }

    void Property(IPropertySymbol property)
    {
        bool stage = IsStage(property.Type);
        if (!stage && !Holds(property.Type))
            return;
        if (!property.ExplicitInterfaceImplementations.IsEmpty)
            NotRead(property, "it implements an interface explicitly; declare a property of the experiment's own");
        else if (!stage)
            NotRead(
                property,
                $"its type '{property.Type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)}' is neither "
                    + $"ModelSpec nor a stage of the vocabulary, such as Pretrain or Stage; declare it with one of these"
            );
        else if (
            property.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellation) is PropertyDeclarationSyntax syntax
            && (property.IsPartialDefinition || !IsPlain(syntax))
        )
            NotRead(property, "its accessors compute the value; write '{ get; init; } = …', or an expression body");
    }

    /// <summary>Whether a property's value is that of its initialiser until an object initialiser sets it, or that of one expression
    /// always.</summary>
    static bool IsPlain(PropertyDeclarationSyntax property) =>
        property.ExpressionBody is not null
        || property.AccessorList!.Accessors.All(a => a.Body is null && a.ExpressionBody is null)
        || property is { Initializer: null, AccessorList.Accessors.Count: 1 };

    void Marked(string marker)
    {
        string name = marker.Substring(0, marker.Length - "Attribute".Length);
        var marked = new List<ISymbol>();
        foreach (var member in type.GetMembers())
        {
            if (AttributeOf(member, marker) is not { ApplicationSyntaxReference: { } reference })
                continue;
            var place = Place.Of(reference.GetSyntax(cancellation));
            if (member is not IPropertySymbol { IsStatic: true, IsIndexer: false })
                Report(Descriptors.NoEffect, place, name, $"'{member.Name}' is not a static property; make it one");
            else if (marker == nameof(SeedsAttribute) && marked.Count > 0)
                Report(Descriptors.NoEffect, place, name, $"'{marked[0].Name}' holds the seeds already; put them all there");
            marked.Add(member);
        }
    }

    /// <summary>Their order counts, and over several files it would follow the files' names.</summary>
    void OneFile(IEnumerable<IPropertySymbol> properties, string what)
    {
        var all = properties.Where(p => p.Locations[0].IsInSource).ToList();
        var trees = all.Select(p => p.Locations[0].SourceTree!).Distinct().ToList();
        if (trees.Count < 2)
            return;
        var first = trees.Contains(home) ? home : trees.OrderBy(t => t.FilePath, StringComparer.Ordinal).First();
        foreach (var property in all.Where(p => p.Locations[0].SourceTree != first))
            NotRead(
                property,
                $"the other {what} stand in {Path.GetFileName(first.FilePath)}, and over several files their order would "
                    + $"follow the files' names; put all {what} in one file"
            );
    }

    /// <summary>Whether a value of this type can be or hold a stage or model.</summary>
    static bool Holds(ITypeSymbol type) =>
        type switch
        {
            IArrayTypeSymbol array => Holds(array.ElementType),
            IDynamicTypeSymbol or { SpecialType: SpecialType.System_Object } => true,
            INamedTypeSymbol named => IsOrInherits(named) || named.TypeArguments.Any(Holds),
            _ => false,
        };

    static bool IsOrInherits(ITypeSymbol type)
    {
        for (ITypeSymbol? t = type; t is not null; t = t.BaseType)
            if (SymbolTypes.IsFromVocabulary(t) && t.Name is nameof(Stage) or nameof(ModelSpec))
                return true;
        return false;
    }

    void NotRead(ISymbol member, string why) => Report(Descriptors.NotRead, Place.Of(member.Locations[0]), member.Name, why);

    void Report(DiagnosticDescriptor descriptor, Place place, params string[] arguments) =>
        diagnostics.Add(DiagnosticInfo.Of(descriptor, place, arguments));
}
