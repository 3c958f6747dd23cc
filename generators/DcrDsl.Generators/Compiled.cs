using System.Collections.Immutable;
using DcrDsl.Generators.Model;
using DcrDsl.Generators.Parsing;
using DcrDsl.Generators.Planning;
using DcrDsl.Generators.Validation;
using DcrDsl.Generators.Yaml;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DcrDsl.Generators;

/// <summary>What became of one declaration: a model to emit, or the reasons why there is none.</summary>
/// <param name="Experiment">The model; null: there are errors.</param>
/// <param name="Diagnostics">What there is to say.</param>
/// <param name="Entry">Its line in the catalog; null: it could not be read.</param>
/// <param name="Layers">Layers still to be held against the config.json of their model.</param>
sealed record Compiled(ExperimentModel? Experiment, EquatableArray<DiagnosticInfo> Diagnostics, CatalogEntry? Entry,
    EquatableArray<DeepLayer> Layers)
{
    public static Compiled FromRecord(GeneratorAttributeSyntaxContext context, CancellationToken cancellation)
    {
        var place = Place.Of(((BaseTypeDeclarationSyntax)context.TargetNode).Identifier.GetLocation());
        return RecordCache.Get((INamedTypeSymbol)context.TargetSymbol, context.TargetNode.SyntaxTree, context.SemanticModel.Compilation, () =>
        {
            bool ownFileOnly = false;
            return (Of(diagnostics => CSharpParser.Parse(context, diagnostics, out ownFileOnly, cancellation), place, file: null), ownFileOnly);
        });
    }

    public static Compiled FromYaml(AdditionalText file, string rootNamespace, CancellationToken cancellation) =>
        Of(diagnostics => YamlParser.Parse(file, rootNamespace, diagnostics, cancellation), new Place(file.Path, default, default), file.Path);

    static Compiled Of(Func<List<DiagnosticInfo>, ExperimentDraft?> parse, Place place, string? file)
    {
        var diagnostics = new List<DiagnosticInfo>();
        CatalogEntry? entry = null;
        try
        {
            if (parse(diagnostics) is { } draft)
            {
                ExperimentRules.Check(draft, diagnostics);
                bool valid = !diagnostics.Any(d => d.IsError);
                entry = new CatalogEntry(draft.Name, draft.Namespace, draft.TypeName, file, valid);
                if (valid) return new Compiled(ExperimentPlanner.Plan(draft), diagnostics.ToEquatableArray(), entry,
                    draft.DeepLayers.Distinct().ToEquatableArray());
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // An exception that leaves the generator takes all its output with it; this way only this experiment is lost, with its place.
            diagnostics.Add(DiagnosticInfo.Of(Descriptors.InternalError, place, $"{e.GetType().Name}: {e.Message} {e.StackTrace?.Split('\n').FirstOrDefault()?.Trim()}"));
        }
        return new Compiled(null, diagnostics.ToEquatableArray(), entry, EquatableArray<DeepLayer>.Empty);
    }
}

/// <summary>An experiment's line in the catalog.</summary>
/// <param name="Name">The experiment's name.</param>
/// <param name="Namespace">The namespace of what is generated.</param>
/// <param name="TypeName">What the generated types' names begin with.</param>
/// <param name="File">The YAML file; null for a record.</param>
/// <param name="IsValid">Whether there is a program.</param>
/// <param name="Clash">What it shares with an experiment before it; null: nothing.</param>
sealed record CatalogEntry(string Name, string Namespace, string TypeName, string? File, bool IsValid, string? Clash = null)
{
    /// <summary>The entries by name, each that repeats a name or would generate the same types marked; records come before YAML files.</summary>
    public static EquatableArray<CatalogEntry> MarkClashes(IEnumerable<CatalogEntry> entries)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        // The generated files are named after the types, and names of files that differ in case alone are the same.
        var types = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        return entries.OrderBy(e => e.Name, StringComparer.Ordinal)
            .Select(e => !names.Add(e.Name) ? e with { Clash = $"the name '{e.Name}'" } : !types.Add(e.Type) ? e with { Clash = $"the generated type '{e.Program}'" } : e)
            .ToEquatableArray();
    }

    /// <summary>Whether this is, its clash aside, the entry of a given declaration.</summary>
    public bool IsOf(CatalogEntry? entry) => entry is not null && this with { Clash = null } == entry;

    public string Type => Namespace.Length > 0 ? $"{Namespace}.{TypeName}" : TypeName;

    public string Program => Type + "Program";

    /// <summary>Where the experiment's name is written now.</summary>
    public Place Find(Compilation compilation, ImmutableArray<AdditionalText> files, CancellationToken cancellation)
    {
        if (File is not null && files.FirstOrDefault(f => f.Path == File) is { } file) return YamlParser.NamePlace(file, cancellation);
        var attribute = compilation.GetTypeByMetadataName(Type)?.GetAttributes().FirstOrDefault(a => a.AttributeClass?.Name == nameof(Specs.DcrExperimentAttribute));
        var syntax = attribute?.ApplicationSyntaxReference?.GetSyntax(cancellation) as AttributeSyntax;
        return syntax is null ? new Place(File ?? "", default, default) : Place.Of((SyntaxNode?)syntax.ArgumentList?.Arguments.FirstOrDefault() ?? syntax);
    }
}
