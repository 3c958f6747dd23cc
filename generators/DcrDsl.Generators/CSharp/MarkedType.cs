using DcrDsl.Specs;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DcrDsl.Generators.CSharp;

/// <summary>A type whose declaration has the attribute <see cref="DcrExperimentAttribute"/>.</summary>
/// <param name="Syntax">The declaration.</param>
/// <param name="Symbol">What it declares.</param>
/// <param name="Attribute">The attribute.</param>
/// <param name="Model">The meaning of the declaration's file.</param>
sealed record MarkedType(TypeDeclarationSyntax Syntax, INamedTypeSymbol Symbol, AttributeData Attribute, SemanticModel Model)
{
    /// <summary>Whether all that it declares stands in one place.</summary>
    public bool IsWhole => Symbol.DeclaringSyntaxReferences.Length == 1;

    /// <summary>
    /// Whether a type has an attribute of that name, as far as syntax tells. Under another name, given by a using, the compiler finds it,
    /// which binds the attribute after each edit.
    /// </summary>
    public static bool IsNamed(BaseTypeDeclarationSyntax type) =>
        type.AttributeLists.Any(list => list.Attributes.Any(a => NameOf(a.Name) is "DcrExperiment" or nameof(DcrExperimentAttribute)));

    /// <summary>The type; null: what it is marked with only has the name of the attribute.</summary>
    public static MarkedType? Of(TypeDeclarationSyntax syntax, Compilation compilation, CancellationToken cancellation)
    {
        var model = FileMeaning.Of(compilation, syntax.SyntaxTree);
        return
            model.GetDeclaredSymbol(syntax, cancellation) is { } symbol
            && symbol
                .GetAttributes()
                .FirstOrDefault(a =>
                    a.AttributeClass is { Name: nameof(DcrExperimentAttribute) } type
                    && SymbolTypes.IsFromVocabulary(type)
                    && a.ApplicationSyntaxReference is { } reference
                    && reference.SyntaxTree == syntax.SyntaxTree
                    && syntax.Span.Contains(reference.Span)
                )
                is { } attribute
            ? new(syntax, symbol, attribute, model)
            : null;
    }

    /// <summary>The type that the compiler has found under whatever name its file gives the attribute.</summary>
    public static MarkedType Of(GeneratorAttributeSyntaxContext context) =>
        new(
            (TypeDeclarationSyntax)context.TargetNode,
            (INamedTypeSymbol)context.TargetSymbol,
            context.Attributes[0],
            context.SemanticModel
        );

    static string NameOf(NameSyntax name) =>
        name switch
        {
            QualifiedNameSyntax qualified => qualified.Right.Identifier.ValueText,
            AliasQualifiedNameSyntax aliased => aliased.Name.Identifier.ValueText,
            SimpleNameSyntax simple => simple.Identifier.ValueText,
            _ => "",
        };
}
