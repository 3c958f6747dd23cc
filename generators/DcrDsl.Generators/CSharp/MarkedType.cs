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

    /// <summary>The type; null: what it is marked with only has the name of the attribute.</summary>
    public static MarkedType? Of(TypeDeclarationSyntax syntax, Compilation compilation, CancellationToken cancellation)
    {
        var model = compilation.GetSemanticModel(syntax.SyntaxTree);
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
}
