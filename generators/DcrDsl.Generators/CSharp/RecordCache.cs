using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DcrDsl.Generators.CSharp;

/// <summary>
/// Remembers what became of a record for as long as its syntax tree lives. After an edit in another file the compiler asks for every record
/// anew, and binding their initialisers is nearly all of the generator's work. What a record means depends on its own file, on the
/// referenced assemblies, and on the types and usings that the other files declare (a new type may hide one of the vocabulary); a record
/// that reads members of other files is not remembered.
/// </summary>
static class RecordCache<T>
    where T : class
{
    static readonly ConditionalWeakTable<SyntaxTree, Dictionary<string, Entry>> Entries = new();
    static readonly ConditionalWeakTable<SyntaxTree, string> Declarations = new();
    static readonly ConditionalWeakTable<Compilation, string> Surroundings = new();
    static volatile string latest = "";

    sealed record Entry(string Surroundings, ImmutableArray<MetadataReference> References, T Result);

    /// <summary>The remembered result, or a new one; <paramref name="compile"/> says whether it may be remembered.</summary>
    public static T Get(INamedTypeSymbol type, SyntaxTree tree, Compilation compilation, Func<(T Result, bool OwnFileOnly)> compile)
    {
        var ofTree = Entries.GetOrCreateValue(tree);
        string surroundings = Surroundings.GetValue(compilation, SurroundingsOf);
        string name = type.ToDisplayString();
        lock (ofTree)
        {
            if (
                ofTree.TryGetValue(name, out var known)
                && known.Surroundings == surroundings
                && known.References == compilation.ExternalReferences
            )
                return known.Result;
        }
        var (result, ownFileOnly) = compile();
        if (ownFileOnly && type.DeclaringSyntaxReferences.Length == 1)
            lock (ofTree)
                ofTree[name] = new Entry(surroundings, compilation.ExternalReferences, result);
        return result;
    }

    /// <summary>
    /// What all files declare. Nearly every edit leaves it as it was: then it is the same text, which each record need not compare in full.
    /// </summary>
    static string SurroundingsOf(Compilation compilation)
    {
        string all = string.Join("\n", compilation.SyntaxTrees.Select(DeclarationsOf).OrderBy(d => d, StringComparer.Ordinal));
        string before = latest;
        return before == all ? before : latest = all;
    }

    /// <summary>The usings and the names of types and namespaces of a file.</summary>
    static string DeclarationsOf(SyntaxTree tree) =>
        Declarations.GetValue(
            tree,
            static t =>
                string.Join(
                    "|",
                    t.GetRoot()
                        .DescendantNodes(static node =>
                            node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax or TypeDeclarationSyntax
                        )
                        .Select(static node =>
                            node switch
                            {
                                UsingDirectiveSyntax use => use.ToString(),
                                BaseNamespaceDeclarationSyntax space => "namespace " + space.Name,
                                BaseTypeDeclarationSyntax type => "type " + type.Identifier.ValueText,
                                DelegateDeclarationSyntax type => "type " + type.Identifier.ValueText,
                                _ => null,
                            }
                        )
                        .Where(static declaration => declaration is not null)
                )
        );
}
