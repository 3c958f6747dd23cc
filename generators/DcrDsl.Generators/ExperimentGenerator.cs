using System.Collections.Immutable;
using System.Text;
using DcrDsl.Generators.Content;
using DcrDsl.Generators.CSharp;
using DcrDsl.Generators.Diagnostics;
using DcrDsl.Generators.Draft;
using DcrDsl.Generators.Emit;
using DcrDsl.Generators.Model;
using DcrDsl.Generators.Rules;
using DcrDsl.Generators.Schema;
using DcrDsl.Generators.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace DcrDsl.Generators;

/// <summary>
/// Compiles declared experiments into training programs. C# records and YAML files are parsed into the same drafts; drafts are
/// checked and planned into equatable models; models are emitted. See docs/architecture.md.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class ExperimentGenerator : IIncrementalGenerator
{
    const string Attribute = "DcrDsl.Specs.DcrExperimentAttribute",
        OwnAttribute = "DcrDsl.Specs.RuntimeCallAttribute";

    /// <summary>
    /// The first version of C# that has all that generated code is written in: collection expressions and primary constructors.
    /// </summary>
    const LanguageVersion Lowest = LanguageVersion.CSharp12;

    // Without a byte order mark.
    static readonly Encoding Utf8 = new UTF8Encoding(false);

    readonly Func<Emission, Emitted> emit;

    /// <summary>The generator as the compiler makes it.</summary>
    public ExperimentGenerator()
        : this(Emitted.Of) { }

    internal ExperimentGenerator(Func<Emission, Emitted> emit) => this.emit = emit;

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var rootNamespace = context
            .AnalyzerConfigOptionsProvider.Select(
                (options, _) =>
                    options.GlobalOptions.TryGetValue("build_property.RootNamespace", out string? name) ? Values.Text.Namespace(name) : ""
            )
            .WithTrackingName(Steps.RootNamespace);

        var project = context.AnalyzerConfigOptionsProvider.Select(
            (options, _) => options.GlobalOptions.TryGetValue("build_property.ProjectDir", out string? folder) ? folder : ""
        );

        var aliased = context
            .SyntaxProvider.ForAttributeWithMetadataName(
                Attribute,
                (node, _) => node is TypeDeclarationSyntax type && !MarkedType.IsNamed(type),
                Compiled.FromAliased
            )
            .WithTrackingName(Steps.Aliased);
        var fromRecords = context
            .CompilationProvider.SelectMany(Compiled.FromMarked)
            .Collect()
            .Combine(aliased.Collect())
            .SelectMany((pair, _) => pair.Left.AddRange(pair.Right))
            .WithTrackingName(Steps.Records);
        var ownDeclared = context.SyntaxProvider.ForAttributeWithMetadataName(
            OwnAttribute,
            (node, _) => node is TypeDeclarationSyntax,
            OwnDeclaration.Of
        );
        context.RegisterSourceOutput(
            ownDeclared.SelectMany((declaration, _) => declaration.Diagnostics).Combine(context.CompilationProvider),
            (output, pair) => output.ReportDiagnostic(pair.Left.ToDiagnostic(pair.Right))
        );
        var vocabulary = ownDeclared
            .Select((declaration, _) => declaration.Type)
            .Collect()
            .Combine(context.CompilationProvider.Select(OwnDeclaration.Referenced))
            .Select((pair, _) => OwnVocabulary.Of(pair.Left, pair.Right))
            .WithTrackingName(Steps.Vocabulary);
        var fromYaml = context
            .AdditionalTextsProvider.Where(file => file.Path.EndsWith(".dcr.yaml", StringComparison.OrdinalIgnoreCase))
            .Combine(rootNamespace.Combine(vocabulary))
            .Select((pair, cancellation) => Compiled.FromYaml(pair.Left, pair.Right.Left, pair.Right.Right, cancellation))
            .WithTrackingName(Steps.Yaml);
        var configs = context
            .AdditionalTextsProvider.Where(ModelDepths.IsConfig)
            .Select(ModelDepths.Read)
            .Collect()
            .Select((all, _) => all.OfType<ModelConfig>().ToEquatableArray());
        foreach (var compiled in new[] { fromRecords, fromYaml })
        {
            context.RegisterSourceOutput(
                compiled.SelectMany((c, _) => c.Diagnostics).Combine(context.CompilationProvider),
                (output, pair) => output.ReportDiagnostic(pair.Left.ToDiagnostic(pair.Right))
            );
            context.RegisterSourceOutput(
                compiled.SelectMany((c, _) => c.Layers).Combine(configs).Combine(context.CompilationProvider),
                (output, pair) =>
                {
                    if (ModelDepths.Check(pair.Left.Left, pair.Left.Right) is { } beyond)
                        output.ReportDiagnostic(beyond.ToDiagnostic(pair.Right));
                }
            );
        }

        Overlaps(context, fromRecords, fromYaml);
        foreach (string attribute in StrayAttributes.Names)
            context.RegisterSourceOutput(
                context
                    .SyntaxProvider.ForAttributeWithMetadataName(attribute, StrayAttributes.MayBe, StrayAttributes.Check)
                    .WithTrackingName(Steps.Stray)
                    .Where(stray => stray is not null)
                    .Combine(context.CompilationProvider),
                (output, pair) =>
                {
                    if (pair.Left is { } stray)
                        output.ReportDiagnostic(stray.ToDiagnostic(pair.Right));
                }
            );

        var catalog = Catalog(fromRecords, fromYaml).WithTrackingName(Steps.Catalog);
        var survey = catalog
            .Combine(rootNamespace)
            .Combine(context.CompilationProvider)
            .Select((pair, _) => Survey.Of(pair.Right, pair.Left.Left, pair.Left.Right))
            .WithTrackingName(Steps.Survey);
        var emitted = Programs(fromRecords, catalog, survey, project)
            .Combine(Programs(fromYaml, catalog, survey, project))
            .Select((pair, _) => pair.Left.AddRange(pair.Right).OrderBy(e => e.Entry.Name, StringComparer.Ordinal).ToEquatableArray());

        context.RegisterSourceOutput(
            emitted.SelectMany((all, _) => all.SelectMany(e => e.Files)),
            (output, file) => output.AddSource(file.Hint, SourceText.From(file.Text, Utf8))
        );
        var programs = emitted.Select((all, _) => all.Where(e => e.Failure is null).Select(e => e.Entry.Program).ToEquatableArray());
        context.RegisterSourceOutput(
            programs.Combine(rootNamespace).Combine(survey).Combine(vocabulary.Select((own, _) => OwnRecordsSchema.Of(own))),
            (output, all) =>
            {
                var (pair, ownRecords) = all;
                if (pair.Right.OwnCatalog is { } own)
                    output.ReportDiagnostic(Diagnostic.Create(Descriptors.TypeTaken, Location.None, own));
                else
                    output.AddSource(
                        "DcrCatalog.g.cs",
                        SourceText.From(CatalogEmitter.Emit(pair.Left.Left, pair.Left.Right, ownRecords), Utf8)
                    );
            }
        );

        // Places move with every edit, so what was refused is remembered without them: only then is the declaration looked up again.
        var refused = catalog
            .Combine(survey)
            .Combine(emitted)
            .SelectMany((pair, _) => Refused.All(pair.Left.Left, pair.Left.Right, pair.Right))
            .WithTrackingName(Steps.Refused);
        context.RegisterSourceOutput(
            refused.Combine(context.CompilationProvider).Combine(context.AdditionalTextsProvider.Collect()),
            (output, pair) =>
            {
                var ((what, compilation), files) = pair;
                output.ReportDiagnostic(
                    DiagnosticInfo
                        .Of(what.Descriptor, what.Entry.Find(compilation, files, output.CancellationToken), [.. what.Arguments])
                        .ToDiagnostic(compilation)
                );
            }
        );
        var old = context.ParseOptionsProvider.Select(
            (options, _) =>
                options is CSharpParseOptions { LanguageVersion: var version } && version < Lowest ? version.ToDisplayString() : ""
        );
        context.RegisterSourceOutput(
            old.Combine(catalog),
            (output, pair) =>
            {
                if (pair.Left.Length > 0 && pair.Right.Count > 0)
                    output.ReportDiagnostic(Diagnostic.Create(Descriptors.OldLanguage, Location.None, pair.Left, Lowest.ToDisplayString()));
            }
        );

        context.RegisterSourceOutput(
            context.CompilationProvider.Select(VocabularyVersion.Of),
            (output, version) =>
            {
                if (version.Length > 0 && version != VocabularyVersion.Own)
                    output.ReportDiagnostic(Diagnostic.Create(Descriptors.OtherVocabulary, Location.None, version, VocabularyVersion.Own));
            }
        );
    }

    /// <summary>
    /// Prompts that files share, where the build has both: a file is read if a declaration names it, and compared anew if it or what is
    /// declared of it changes. Places move with every edit and come last.
    /// </summary>
    static void Overlaps(
        IncrementalGeneratorInitializationContext context,
        IncrementalValuesProvider<Compiled> fromRecords,
        IncrementalValuesProvider<Compiled> fromYaml
    )
    {
        static IncrementalValueProvider<EquatableArray<ComparedPrompts>> Compared(IncrementalValuesProvider<Compiled> compiled) =>
            compiled.SelectMany((c, _) => c.Compared).Collect().Select((all, _) => all.ToEquatableArray());

        var compared = Compared(fromRecords)
            .Combine(Compared(fromYaml))
            .Select((pair, _) => pair.Left.Concat(pair.Right).ToEquatableArray());
        var wanted = compared.Select((all, _) => all.Select(c => c.Files).Distinct().ToEquatableArray());
        var named = wanted.Select(
            (all, _) => all.SelectMany(f => new[] { f.Evaluated.Path, f.Trained.Path }).Distinct().ToEquatableArray()
        );
        var files = context
            .AdditionalTextsProvider.Where(file => TableRows.CanRead(file.Path))
            .Combine(named)
            .Where(pair => ContentFile.IsNamed(pair.Left, pair.Right))
            .Select((pair, _) => pair.Left)
            .Select(ContentFile.Read)
            .WithTrackingName(Steps.Content)
            .Collect()
            .Select((all, _) => all.OfType<ContentFile>().ToEquatableArray());
        var overlaps = wanted
            .SelectMany((all, _) => all)
            .Combine(files)
            .Select((pair, cancellation) => ContentOverlap.Of(pair.Left, pair.Right, cancellation))
            .WithTrackingName(Steps.Overlaps);
        context.RegisterSourceOutput(
            overlaps.Combine(compared).Combine(context.CompilationProvider),
            (output, all) =>
            {
                var (pair, compilation) = all;
                if (pair.Left is { } found)
                    foreach (var place in pair.Right.Where(c => c.Files == found.Files).Select(c => c.Place).Distinct())
                        output.ReportDiagnostic(found.At(place, compilation));
            }
        );
    }

    /// <summary>Every experiment by name; of those that clash, all but the first say so.</summary>
    static IncrementalValueProvider<EquatableArray<CatalogEntry>> Catalog(
        IncrementalValuesProvider<Compiled> fromRecords,
        IncrementalValuesProvider<Compiled> fromYaml
    )
    {
        static IncrementalValueProvider<EquatableArray<CatalogEntry>> Entries(IncrementalValuesProvider<Compiled> compiled) =>
            compiled.Select((c, _) => c.Entry).Collect().Select((all, _) => all.OfType<CatalogEntry>().ToEquatableArray());

        return Entries(fromRecords).Combine(Entries(fromYaml)).Select((pair, _) => CatalogEntry.MarkClashes(pair.Left.Concat(pair.Right)));
    }

    /// <summary>What is written for each experiment that has a place of its own.</summary>
    IncrementalValueProvider<ImmutableArray<Emitted>> Programs(
        IncrementalValuesProvider<Compiled> compiled,
        IncrementalValueProvider<EquatableArray<CatalogEntry>> catalog,
        IncrementalValueProvider<Survey> survey,
        IncrementalValueProvider<string> project
    ) =>
        compiled
            .Combine(catalog.Combine(survey).Combine(project))
            .Select((pair, _) => Emission.Of(pair.Left.In(pair.Right.Right), pair.Right.Left.Left, pair.Right.Left.Right))
            .Where(e => e is not null)
            .WithTrackingName(Steps.Experiment)
            .Select((emission, _) => emit(emission!))
            .WithTrackingName(Steps.Emitted)
            .Collect();

    /// <summary>The names under which the tests look up the steps of the pipeline.</summary>
    internal static class Steps
    {
        public const string RootNamespace = nameof(RootNamespace),
            Records = nameof(Records),
            Aliased = nameof(Aliased),
            Stray = nameof(Stray),
            Vocabulary = nameof(Vocabulary),
            Yaml = nameof(Yaml),
            Catalog = nameof(Catalog),
            Survey = nameof(Survey),
            Experiment = nameof(Experiment),
            Emitted = nameof(Emitted),
            Refused = nameof(Refused),
            Content = nameof(Content),
            Overlaps = nameof(Overlaps);
    }
}
