using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DcrDsl.Generators.CSharp;

/// <summary>What a file declares, as far as syntax tells. Each file is gone through once.</summary>
/// <param name="Declared">The usings and the names of types and namespaces.</param>
/// <param name="Marked">The types that are marked as experiments by the attribute's own name, nested ones too.</param>
sealed record FileOutline(string Declared, IReadOnlyList<TypeDeclarationSyntax> Marked)
{
    static readonly ConditionalWeakTable<SyntaxTree, FileOutline> Known = new();

    public static FileOutline Of(SyntaxTree tree) => Known.GetValue(tree, Read);

    static FileOutline Read(SyntaxTree tree)
    {
        var nodes = tree.GetRoot()
            .DescendantNodes(static node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax or TypeDeclarationSyntax)
            .ToList();
        return new FileOutline(
            string.Join("|", nodes.Select(NameOf).Where(static name => name is not null)),
            [.. nodes.OfType<TypeDeclarationSyntax>().Where(MarkedType.IsNamed)]
        );
    }

    static string? NameOf(SyntaxNode node) =>
        node switch
        {
            UsingDirectiveSyntax use => use.ToString(),
            BaseNamespaceDeclarationSyntax space => "namespace " + space.Name,
            BaseTypeDeclarationSyntax type => "type " + type.Identifier.ValueText,
            DelegateDeclarationSyntax type => "type " + type.Identifier.ValueText,
            _ => null,
        };
}
