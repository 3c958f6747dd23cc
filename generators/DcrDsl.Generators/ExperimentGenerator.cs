using System.Text;
using DcrDsl.Generators.Emit;
using DcrDsl.Generators.Model;
using DcrDsl.Generators.Parsing;
using DcrDsl.Generators.Validation;
using Microsoft.CodeAnalysis;
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
    const string Attribute = "DcrDsl.Specs.DcrExperimentAttribute";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var rootNamespace = context.AnalyzerConfigOptionsProvider
            .Select((options, _) => options.GlobalOptions.TryGetValue("build_property.RootNamespace", out string? name) ? name : "")
            .WithTrackingName(Steps.RootNamespace);

        var fromRecords = context.SyntaxProvider
            .ForAttributeWithMetadataName(Attribute, (node, _) => node is TypeDeclarationSyntax, Compiled.FromRecord)
            .WithTrackingName(Steps.Records);
        var fromYaml = context.AdditionalTextsProvider
            .Where(file => file.Path.EndsWith(".dcr.yaml", StringComparison.OrdinalIgnoreCase))
            .Combine(rootNamespace)
            .Select((pair, cancellation) => Compiled.FromYaml(pair.Left, pair.Right, cancellation))
            .WithTrackingName(Steps.Yaml);

        var configs = context.AdditionalTextsProvider.Where(ModelDepths.IsConfig).Select(ModelDepths.Read).Collect()
            .Select((all, _) => all.OfType<ModelConfig>().ToEquatableArray());

        foreach (string attribute in StrayAttributes.Names)
            context.RegisterSourceOutput(context.SyntaxProvider.ForAttributeWithMetadataName(attribute, (_, _) => true,
                StrayAttributes.Check), (output, stray) =>
            {
                if (stray is not null) output.ReportDiagnostic(stray.ToDiagnostic());
            });

        var catalog = Catalog(fromRecords, fromYaml).WithTrackingName(Steps.Catalog);
        var clashes = catalog.SelectMany((entries, _) => entries.Where(e => e.Clash is not null).ToEquatableArray()).WithTrackingName(Steps.Clashes);

        foreach (var compiled in new[] { fromRecords, fromYaml })
        {
            context.RegisterSourceOutput(compiled.SelectMany((c, _) => c.Diagnostics), (output, diagnostic) => output.ReportDiagnostic(diagnostic.ToDiagnostic()));
            context.RegisterSourceOutput(compiled.SelectMany((c, _) => c.Layers).Combine(configs), (output, pair) =>
            {
                if (ModelDepths.Check(pair.Left, pair.Right) is { } beyond) output.ReportDiagnostic(beyond.ToDiagnostic());
            });
            var experiments = compiled.Combine(clashes.Collect())
                .Select((pair, _) => pair.Right.Any(clash => clash.IsOf(pair.Left.Entry)) ? null : pair.Left.Experiment).WithTrackingName(Steps.Experiment);
            context.RegisterSourceOutput(experiments, (output, experiment) =>
            {
                if (experiment is not null) Emit(output, experiment);
            });
        }

        context.RegisterSourceOutput(catalog.Combine(rootNamespace), (output, pair) => output.AddSource("DcrCatalog.g.cs",
            SourceText.From(CatalogEmitter.Emit(pair.Left.Where(e => e.IsValid && e.Clash is null).Select(e => e.Program), pair.Right), Encoding.UTF8)));

        // Places move with every edit, so entries hold none: where names clash, and only there, the declarations are looked up again.
        context.RegisterSourceOutput(clashes.Combine(context.CompilationProvider).Combine(context.AdditionalTextsProvider.Collect()), (output, pair) =>
        {
            var ((entry, compilation), files) = pair;
            output.ReportDiagnostic(DiagnosticInfo.Of(Descriptors.DuplicateExperiment, entry.Find(compilation, files, output.CancellationToken), entry.Clash!).ToDiagnostic());
        });
    }

    /// <summary>Every experiment by name; of those that clash, all but the first say so.</summary>
    static IncrementalValueProvider<EquatableArray<CatalogEntry>> Catalog(IncrementalValuesProvider<Compiled> fromRecords, IncrementalValuesProvider<Compiled> fromYaml)
    {
        static IncrementalValueProvider<EquatableArray<CatalogEntry>> Entries(IncrementalValuesProvider<Compiled> compiled) =>
            compiled.Select((c, _) => c.Entry).Collect().Select((all, _) => all.OfType<CatalogEntry>().ToEquatableArray());

        return Entries(fromRecords).Combine(Entries(fromYaml)).Select((pair, _) => CatalogEntry.MarkClashes(pair.Left.Concat(pair.Right)));
    }

    static void Emit(SourceProductionContext output, ExperimentModel experiment)
    {
        void Add(string part, string text) =>
            output.AddSource($"{(experiment.Namespace.Length > 0 ? experiment.Namespace + "." : "")}{experiment.TypeName}.{part}.g.cs", SourceText.From(text, Encoding.UTF8));

        string program = ProgramEmitter.Emit(experiment);
        Add("Program", program);
        Add("Definition", DefinitionEmitter.Emit(experiment, program));
        Add("Results", ResultsEmitter.Emit(experiment));
    }

    /// <summary>The names under which the tests look up the steps of the pipeline.</summary>
    internal static class Steps
    {
        public const string RootNamespace = nameof(RootNamespace), Records = nameof(Records), Yaml = nameof(Yaml), Experiment = nameof(Experiment), Catalog = nameof(Catalog), Clashes = nameof(Clashes);
    }
}
