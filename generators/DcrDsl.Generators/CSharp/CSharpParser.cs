using DcrDsl.Generators.Diagnostics;
using DcrDsl.Generators.Draft;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DcrDsl.Generators.CSharp;

/// <summary>Reads a <c>[DcrExperiment]</c> record into a draft.</summary>
sealed partial class CSharpParser
{
    readonly INamedTypeSymbol type;
    readonly RecordDeclarationSyntax syntax;
    readonly SourceMap places = new();
    readonly Evaluator evaluator;
    readonly List<DiagnosticInfo> diagnostics;
    readonly CancellationToken cancellation;

    CSharpParser(
        INamedTypeSymbol type,
        RecordDeclarationSyntax syntax,
        SemanticModel model,
        List<DiagnosticInfo> diagnostics,
        CancellationToken cancellation
    )
    {
        (this.type, this.syntax, this.diagnostics, this.cancellation) = (type, syntax, diagnostics, cancellation);
        evaluator = new Evaluator(model.Compilation, model, type, places, cancellation);
    }

    /// <summary>The draft, or null where an error was reported.</summary>
    /// <param name="marked">The record.</param>
    /// <param name="diagnostics">Where errors go.</param>
    /// <param name="ownFileOnly">Whether everything that was read of source code lies in the record's own file.</param>
    /// <param name="cancellation">Ends the work.</param>
    public static ExperimentDraft? Parse(
        MarkedType marked,
        List<DiagnosticInfo> diagnostics,
        out bool ownFileOnly,
        CancellationToken cancellation
    )
    {
        ownFileOnly = true;
        var (declaration, type, attribute, model) = marked;
        if (ShapeError(type, declaration) is { } error)
        {
            diagnostics.Add(
                DiagnosticInfo.Of(
                    Descriptors.NotPartialRecord,
                    Place.Of(declaration.Identifier.GetLocation()),
                    type.Name,
                    error.Wanted,
                    error.Why
                ) with
                {
                    Remedy = error.Wanted == "partial" ? Remedy.Modifier("partial") : null,
                }
            );
            return null;
        }
        var parser = new CSharpParser(type, (RecordDeclarationSyntax)declaration, model, diagnostics, cancellation);
        var draft = parser.Draft(attribute);
        ownFileOnly =
            parser.evaluator.OwnFileOnly
            && type.BaseType is { SpecialType: SpecialType.System_Object }
            && parser.AttributesReadOwnFileOnly(model);
        return diagnostics.Any(d => d.IsError) ? null : draft;
    }

    static (string Wanted, string Why)? ShapeError(INamedTypeSymbol type, TypeDeclarationSyntax declaration) =>
        declaration is not RecordDeclarationSyntax || type.IsValueType ? ("a record class", "arms are copies of it, made with 'with'")
        : type.ContainingType is not null
            ? ("at the top level, not nested in another type", "its program and results are types beside it, named after it")
        : type.IsGenericType ? ("without type parameters", "its values are read when it is compiled, before any type could be given")
        : type.IsAbstract ? ("not abstract", "arms are instances of it")
        : type.IsFileLocal ? ("visible outside its file", "its program and results stand in files of their own")
        : !declaration.Modifiers.Any(SyntaxKind.PartialKeyword) ? ("partial", "the modifier says that code is generated for it")
        : null;

    ExperimentDraft? Draft(AttributeData attribute)
    {
        new RecordShape(type, syntax.SyntaxTree, diagnostics, cancellation).Check();
        if (diagnostics.Count > 0)
            return null;
        var properties = StageProperties().ToList();
        var declared = new ExperimentValue();
        foreach (var property in properties)
        {
            declared[property.Name] = Try(() => property.Initialised ? evaluator.Member(property.Symbol) : null);
            places.Set(declared, property.Name, evaluator.Initialiser(property.Symbol) is { } value ? Place.Of(value) : property.Place);
        }
        evaluator.Declared = declared;

        var attributeSyntax = (AttributeSyntax)attribute.ApplicationSyntaxReference!.GetSyntax(cancellation);
        var seeds = Seeds();
        return new ExperimentDraft
        {
            Name = attribute.ConstructorArguments is [{ Value: string name }] ? name : "",
            NamePlace = Place.Of((SyntaxNode?)attributeSyntax.ArgumentList?.Arguments.FirstOrDefault() ?? attributeSyntax),
            Namespace = SymbolTypes.NameOf(type.ContainingNamespace),
            TypeName = type.Name,
            IsRecord = true,
            IsPublic = type.DeclaredAccessibility == Accessibility.Public,
            Summary = Summaries().FirstOrDefault(s => s.Length > 0) ?? "",
            DeclaredIn = syntax.SyntaxTree.FilePath,
            Properties = [.. properties.Select(p => new DraftProperty(p.Name, p.Type, p.Place))],
            Declared = declared,
            Arms = [.. Arms()],
            Axes = [.. Axes()],
            Zips = [.. Attributes("ZipAttribute").Select(a => new DraftZip(Strings(a.Data.ConstructorArguments[0]), a.Place))],
            Exclusions = [.. Attributes("ExcludeAttribute").Select(Exclusion)],
            Seeds = seeds.Values,
            SeedsPlace = seeds.Place,
            Places = places,
        };
    }

    bool AttributesReadOwnFileOnly(SemanticModel model) =>
        syntax
            .DescendantNodes(static node =>
                node is not (EqualsValueClauseSyntax or ArrowExpressionClauseSyntax or BlockSyntax or AttributeArgumentSyntax)
            )
            .OfType<AttributeArgumentSyntax>()
            .SelectMany(a => a.DescendantNodes().OfType<IdentifierNameSyntax>())
            .All(name =>
                model.GetSymbolInfo(name, cancellation).Symbol?.DeclaringSyntaxReferences.All(r => r.SyntaxTree == syntax.SyntaxTree)
                != false
            );

    IEnumerable<(string Name, Type Type, IPropertySymbol Symbol, bool Initialised, Place Place)> StageProperties()
    {
        foreach (var property in type.GetMembers().OfType<IPropertySymbol>())
        {
            if (property.IsStatic || property.IsImplicitlyDeclared || property.IsIndexer || !RecordShape.IsStage(property.Type))
                continue;
            var place = Place.Of(property.Locations[0]);
            yield return (property.Name, SymbolTypes.TypeOf(property.Type)!, property, evaluator.Initialiser(property) is not null, place);
        }
    }

    bool TryMember(IPropertySymbol property, out object? value)
    {
        int before = diagnostics.Count;
        value = Try(() => evaluator.Member(property));
        return diagnostics.Count == before;
    }

    /// <summary>Evaluates; an expression that has no value is reported at its place and gives null.</summary>
    object? Try(Func<object?> evaluate)
    {
        try
        {
            return evaluate();
        }
        catch (UnevaluableException e)
        {
            if (e.Syntax is not null)
                diagnostics.Add(DiagnosticInfo.Of(Descriptors.Unevaluable, Place.Of(e.Syntax), Shorten(e.Syntax.ToString()), e.Message));
            else
                diagnostics.Add(
                    DiagnosticInfo.Of(Descriptors.Unevaluable, Place.Of(syntax.Identifier.GetLocation()), type.Name, "it does not compile")
                );
            return null;
        }
        catch (InsufficientExecutionStackException)
        {
            diagnostics.Add(
                DiagnosticInfo.Of(
                    Descriptors.Unevaluable,
                    Place.Of(syntax.Identifier.GetLocation()),
                    type.Name,
                    "an expression of it nests too deeply"
                )
            );
            return null;
        }
    }

    string Summary(ISymbol symbol) =>
        symbol.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellation) is { } declaration
            ? DocumentationComment.Summary(declaration)
            : "";

    /// <summary>The summaries of the record's parts, first that of the part which is marked.</summary>
    IEnumerable<string> Summaries() =>
        type
            .DeclaringSyntaxReferences.Select(r => r.GetSyntax(cancellation))
            .OrderBy(part => part != syntax)
            .ThenBy(part => part.SyntaxTree.FilePath, StringComparer.Ordinal)
            .Select(DocumentationComment.Summary);

    static string Shorten(string text)
    {
        string line = string.Join(" ", text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= 60 ? line : line.Substring(0, 57) + "...";
    }
}
