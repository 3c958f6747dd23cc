using System.Runtime.CompilerServices;
using DcrDsl.Generators.Diagnostics;
using DcrDsl.Generators.Draft;
using DcrDsl.Generators.Values;
using Microsoft.CodeAnalysis;

namespace DcrDsl.Generators.CSharp;

/// <summary>A record of the user's that is marked as part of the vocabulary, and what is wrong with it.</summary>
sealed record OwnDeclaration(OwnType Type, EquatableArray<DiagnosticInfo> Diagnostics)
{
    static readonly ConditionalWeakTable<IAssemblySymbol, IReadOnlyList<INamedTypeSymbol>> Marked = new();

    public static OwnDeclaration Of(GeneratorAttributeSyntaxContext context, CancellationToken cancellation)
    {
        var diagnostics = new List<DiagnosticInfo>();
        var evaluator = new Evaluator(
            context.SemanticModel.Compilation,
            context.SemanticModel,
            experiment: null,
            new SourceMap(),
            cancellation
        );
        var reader = new OwnTypeReader(context.SemanticModel.Compilation, evaluator, diagnostics, cancellation);
        return new OwnDeclaration(reader.Read((INamedTypeSymbol)context.TargetSymbol), diagnostics.ToEquatableArray());
    }

    /// <summary>Those of the assemblies that a project references.</summary>
    public static EquatableArray<OwnType> Referenced(Compilation compilation, CancellationToken cancellation) =>
        compilation
            .SourceModule.ReferencedAssemblySymbols.Where(a =>
                a.Modules.Any(m => m.ReferencedAssemblies.Any(r => r.Name == Vocabulary.AssemblyName))
            )
            .SelectMany(assembly =>
                Marked
                    .GetValue(
                        assembly,
                        static a => [.. In(a.GlobalNamespace).Where(t => OwnTypeReader.IsMarked(t) && SymbolTypes.FamilyOf(t) is not null)]
                    )
                    .Where(t => compilation.IsSymbolAccessibleWithin(t, compilation.Assembly))
                    .Select(t => new OwnTypeReader(compilation, null, [], cancellation).Read(t))
            )
            .ToEquatableArray();

    static IEnumerable<INamedTypeSymbol> In(INamespaceOrTypeSymbol space) =>
        space
            .GetMembers()
            .SelectMany(member =>
                member switch
                {
                    INamespaceSymbol inner => In(inner),
                    INamedTypeSymbol type => In(type).Prepend(type),
                    _ => [],
                }
            );
}
