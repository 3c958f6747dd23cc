using System.Collections.Immutable;
using System.Text;
using DcrDsl.Generators.CSharp;
using DcrDsl.Generators.Diagnostics;
using DcrDsl.Generators.Draft;
using DcrDsl.Generators.Model;
using DcrDsl.Generators.Rules;
using DcrDsl.Generators.Values;
using DcrDsl.Generators.Yaml;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DcrDsl.Generators;

/// <summary>What became of one declaration: a model to emit, or the reasons why there is none.</summary>
/// <param name="Experiment">The model; null: there are errors.</param>
/// <param name="Diagnostics">What there is to say.</param>
/// <param name="Entry">Its line in the catalog; null: it could not be read.</param>
/// <param name="Layers">Layers still to be held against the config.json of their model.</param>
sealed record Compiled(
    ExperimentModel? Experiment,
    EquatableArray<DiagnosticInfo> Diagnostics,
    CatalogEntry? Entry,
    EquatableArray<DeepLayer> Layers
)
{
    public static Compiled FromRecord(GeneratorAttributeSyntaxContext context, CancellationToken cancellation)
    {
        var place = Place.Of(((BaseTypeDeclarationSyntax)context.TargetNode).Identifier.GetLocation());
        return RecordCache.Get(
            (INamedTypeSymbol)context.TargetSymbol,
            context.TargetNode.SyntaxTree,
            context.SemanticModel.Compilation,
            () =>
            {
                bool ownFileOnly = false;
                return (
                    Of(
                        diagnostics => CSharpParser.Parse(context, diagnostics, out ownFileOnly, cancellation),
                        place,
                        context.TargetSymbol.Name,
                        file: null
                    ),
                    ownFileOnly
                );
            }
        );
    }

    public static Compiled FromYaml(AdditionalText file, string rootNamespace, OwnVocabulary vocabulary, CancellationToken cancellation) =>
        Of(
            diagnostics => YamlParser.Parse(file, rootNamespace, vocabulary, diagnostics, cancellation),
            new Place(file.Path, default, default),
            Path.GetFileName(file.Path),
            file.Path
        );

    /// <summary>An exception for a diagnostic, on one line.</summary>
    public static string Sentence(Exception e) =>
        Characters.OnOneLine($"{e.GetType().Name}: {e.Message} {e.StackTrace?.Split('\n').FirstOrDefault()?.Trim()}").Trim();

    static Compiled Of(Func<List<DiagnosticInfo>, ExperimentDraft?> parse, Place place, string declaration, string? file)
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
                if (valid)
                    return new Compiled(
                        ExperimentPlanner.Plan(draft),
                        diagnostics.ToEquatableArray(),
                        entry,
                        draft.DeepLayers.Distinct().ToEquatableArray()
                    );
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // An exception that leaves the generator takes all its output with it; this way only this experiment is lost, with its place.
            diagnostics.Add(DiagnosticInfo.Of(Descriptors.InternalError, place, entry?.Name ?? declaration, Sentence(e)));
            entry = entry is null ? null : entry with { IsValid = false };
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
/// <param name="Hint">What the names of the generated files begin with.</param>
sealed record CatalogEntry(
    string Name,
    string Namespace,
    string TypeName,
    string? File,
    bool IsValid,
    string? Clash = null,
    string Hint = ""
)
{
    /// <summary>
    /// The entries by name, each that repeats a name or would generate the same types marked; records come before YAML files.
    /// </summary>
    public static EquatableArray<CatalogEntry> MarkClashes(IEnumerable<CatalogEntry> entries)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var types = new HashSet<string>(StringComparer.Ordinal);
        // Files are called alike where their names differ in case only.
        var hints = new Names([], StringComparer.OrdinalIgnoreCase);
        return entries
            .OrderBy(e => e.Name, StringComparer.Ordinal)
            .Select(e =>
                !names.Add(e.Name) ? e with { Clash = $"the name '{e.Name}'" }
                : !types.Add(e.Type) ? e with { Clash = $"the generated type '{e.Program}'" }
                : e
            )
            .Select(e => e with { Hint = hints.Take(FileName(e.Type)) })
            .ToEquatableArray();
    }

    /// <summary>A type's name as that of a file, short enough for every file system.</summary>
    static string FileName(string type)
    {
        string safe = new([.. type.Select(c => char.IsLetterOrDigit(c) && !char.IsSurrogate(c) || c is '.' or '_' ? c : '_')]);
        if (safe.Length > 160)
            safe = safe.Substring(0, 160);
        while (Encoding.UTF8.GetByteCount(safe) > 160)
            safe = safe.Substring(0, safe.Length - 1);
        return safe;
    }

    /// <summary>Whether this is the entry of a given declaration, what the catalog adds aside.</summary>
    public bool IsOf(CatalogEntry? entry) => entry is not null && this with { Clash = null, Hint = "" } == entry;

    public string Type => Namespace.Length > 0 ? $"{Namespace}.{TypeName}" : TypeName;

    public string Program => Type + "Program";

    public string Results => Type + "Results";

    /// <summary>Where the experiment's name is written now.</summary>
    public Place Find(Compilation compilation, ImmutableArray<AdditionalText> files, CancellationToken cancellation)
    {
        if (File is not null && files.FirstOrDefault(f => f.Path == File) is { } file)
            return YamlParser.NamePlace(file, cancellation);
        var attribute = compilation
            .Assembly.GetTypeByMetadataName(Type)
            ?.GetAttributes()
            .FirstOrDefault(a => a.AttributeClass?.Name == nameof(Specs.DcrExperimentAttribute));
        var syntax = attribute?.ApplicationSyntaxReference?.GetSyntax(cancellation) as AttributeSyntax;
        return syntax is null
            ? new Place(File ?? "", default, default)
            : Place.Of((SyntaxNode?)syntax.ArgumentList?.Arguments.FirstOrDefault() ?? syntax);
    }
}
