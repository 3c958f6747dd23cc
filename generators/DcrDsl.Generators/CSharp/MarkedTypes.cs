using System.Runtime.CompilerServices;
using DcrDsl.Specs;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DcrDsl.Generators.CSharp;

/// <summary>
/// The types of a file that are marked by the name of <see cref="DcrExperimentAttribute"/>, as far as syntax tells. Another name for it, by
/// a using, is left to the compiler, which binds the attribute after each edit to know.
/// </summary>
static class MarkedTypes
{
    static readonly ConditionalWeakTable<SyntaxTree, IReadOnlyList<TypeDeclarationSyntax>> Known = new();

    /// <summary>Those of a file, nested ones too; it is gone through once.</summary>
    public static IReadOnlyList<TypeDeclarationSyntax> In(SyntaxTree tree) =>
        Known.GetValue(
            tree,
            static t =>
                [
                    .. t.GetRoot()
                        .DescendantNodes(static node =>
                            node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax or TypeDeclarationSyntax
                        )
                        .OfType<TypeDeclarationSyntax>()
                        .Where(IsMarked),
                ]
        );

    /// <summary>Whether a type has an attribute of that name.</summary>
    public static bool IsMarked(BaseTypeDeclarationSyntax type) =>
        type.AttributeLists.Any(list => list.Attributes.Any(a => NameOf(a.Name) is "DcrExperiment" or nameof(DcrExperimentAttribute)));

    static string NameOf(NameSyntax name) =>
        name switch
        {
            QualifiedNameSyntax qualified => qualified.Right.Identifier.ValueText,
            AliasQualifiedNameSyntax aliased => aliased.Name.Identifier.ValueText,
            SimpleNameSyntax simple => simple.Identifier.ValueText,
            _ => "",
        };
}
