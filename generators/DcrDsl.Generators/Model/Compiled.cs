using DcrDsl.Generators.CSharp;
using DcrDsl.Generators.Diagnostics;
using DcrDsl.Generators.Draft;
using DcrDsl.Generators.Rules;
using DcrDsl.Generators.Values;
using DcrDsl.Generators.Yaml;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DcrDsl.Generators.Model;

/// <summary>What became of one declaration: a model to emit, or the reasons why there is none.</summary>
/// <param name="Experiment">The model; null: there are errors.</param>
/// <param name="Diagnostics">What there is to say.</param>
/// <param name="Entry">Its line in the catalog; null: it could not be read.</param>
/// <param name="Layers">Layers still to be held against the config.json of their model.</param>
/// <param name="Compared">Files of prompts still to be compared by content.</param>
sealed record Compiled(
    ExperimentModel? Experiment,
    EquatableArray<DiagnosticInfo> Diagnostics,
    CatalogEntry? Entry,
    EquatableArray<DeepLayer> Layers,
    EquatableArray<ComparedPrompts> Compared
)
{
    /// <summary>
    /// What became of every type that is marked by the attribute's own name, in the order of the files. Where it is remembered, nothing is
    /// bound: after an edit that would be an attribute of each experiment.
    /// </summary>
    public static IEnumerable<Compiled> FromMarked(Compilation compilation, CancellationToken cancellation)
    {
        foreach (var marked in compilation.SyntaxTrees.SelectMany(t => FileOutline.Of(t).Marked))
        {
            cancellation.ThrowIfCancellationRequested();
            if (!RecordCache<Compiled>.Find(marked, compilation, out var result))
            {
                if (MarkedType.Of(marked, compilation, cancellation) is { } type)
                    result = FromRecord(type, cancellation);
                else
                    RecordCache<Compiled>.Remember(marked, compilation, null);
            }
            if (result is not null)
                yield return result;
        }
    }

    /// <summary>What became of a type that is marked under another name of the attribute.</summary>
    public static Compiled FromAliased(GeneratorAttributeSyntaxContext context, CancellationToken cancellation) =>
        RecordCache<Compiled>.Find(context.TargetNode, context.SemanticModel.Compilation, out var known) && known is not null
            ? known
            : FromRecord(MarkedType.Of(context), cancellation);

    public static Compiled FromYaml(AdditionalText file, string rootNamespace, OwnVocabulary vocabulary, CancellationToken cancellation) =>
        Of(
            diagnostics => YamlParser.Parse(file, rootNamespace, vocabulary, diagnostics, cancellation),
            new Place(file.Path, default, default),
            Path.GetFileName(file.Path),
            file.Path
        );

    /// <summary>The same with the declaration's file as it is called in its project, on whatever machine.</summary>
    /// <param name="project">The project's folder as the build gives it; empty: not known.</param>
    public Compiled In(string project) =>
        Experiment is null
            ? this
            : this with
            {
                Experiment = Experiment with { DeclaredIn = DeclaredFile.In(project, Experiment.DeclaredIn) },
            };

    /// <summary>An exception for a diagnostic, on one line.</summary>
    public static string Sentence(Exception e) =>
        Characters.OnOneLine($"{e.GetType().Name}: {e.Message} {e.StackTrace?.Split('\n').FirstOrDefault()?.Trim()}").Trim();

    static Compiled FromRecord(MarkedType type, CancellationToken cancellation)
    {
        bool ownFileOnly = false;
        var result = Of(
            diagnostics => CSharpParser.Parse(type, diagnostics, out ownFileOnly, cancellation),
            Place.Of(type.Syntax.Identifier.GetLocation()),
            type.Symbol.Name,
            file: null
        );
        if (ownFileOnly && type.IsWhole)
            RecordCache<Compiled>.Remember(type.Syntax, type.Model.Compilation, result);
        return result;
    }

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
                        draft.DeepLayers.Distinct().ToEquatableArray(),
                        draft.Compared.Distinct().ToEquatableArray()
                    );
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // An exception that leaves the generator takes all its output with it; this way only this experiment is lost, with its place.
            diagnostics.Add(DiagnosticInfo.Of(Descriptors.InternalError, place, entry?.Name ?? declaration, Sentence(e)));
            entry = entry is null ? null : entry with { IsValid = false };
        }
        return new Compiled(
            null,
            diagnostics.ToEquatableArray(),
            entry,
            EquatableArray<DeepLayer>.Empty,
            EquatableArray<ComparedPrompts>.Empty
        );
    }
}
