using DcrDsl.Generators.Diagnostics;
using DcrDsl.Specs;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DcrDsl.Generators.CSharp;

/// <summary>Attributes of the vocabulary that stand where no experiment is: nobody reads them.</summary>
static class StrayAttributes
{
    /// <summary>The attributes that belong to an experiment or one of its members.</summary>
    public static readonly string[] Names =
    [
        typeof(ArmAttribute).FullName!,
        typeof(SweepAttribute).FullName!,
        typeof(SeedsAttribute).FullName!,
        typeof(ZipAttribute).FullName!,
        typeof(ExcludeAttribute).FullName!,
    ];

    /// <summary>
    /// Whether an attribute may stand where no experiment is, as far as syntax tells: what stands in a declaration that is marked itself
    /// need not be bound, which would be every arm of every experiment after each edit.
    /// </summary>
    public static bool MayBe(SyntaxNode target, CancellationToken cancellation) =>
        target.FirstAncestorOrSelf<BaseTypeDeclarationSyntax>() is not { } type || !MarkedType.IsNamed(type);

    /// <summary>What is wrong with an attribute; null: its type is an experiment.</summary>
    public static DiagnosticInfo? Check(GeneratorAttributeSyntaxContext context, CancellationToken cancellation)
    {
        var type = context.TargetSymbol as INamedTypeSymbol ?? context.TargetSymbol.ContainingType;
        if (
            type is null
            || type.GetAttributes()
                .Any(a => a.AttributeClass is { Name: nameof(DcrExperimentAttribute) } c && SymbolTypes.IsFromVocabulary(c))
        )
            return null;
        string name = context.Attributes[0].AttributeClass!.Name;
        return DiagnosticInfo.Of(
            Descriptors.NoEffect,
            Place.Of(context.Attributes[0].ApplicationSyntaxReference!.GetSyntax(cancellation)),
            name.Substring(0, name.Length - nameof(Attribute).Length),
            $"'{type.Name}' is no experiment; mark it with [DcrExperiment(\"name\")], or move this to one"
        );
    }
}
