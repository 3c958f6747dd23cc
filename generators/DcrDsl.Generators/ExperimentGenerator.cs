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

        foreach (var compiled in new[] { fromRecords, fromYaml })
        {
            context.RegisterSourceOutput(compiled.SelectMany((c, _) => c.Diagnostics), (output, diagnostic) => output.ReportDiagnostic(diagnostic.ToDiagnostic()));
            context.RegisterSourceOutput(compiled.Select((c, _) => c.Experiment).WithTrackingName(Steps.Experiment), (output, experiment) =>
            {
                if (experiment is not null) Emit(output, experiment);
            });
        }
        RegisterCatalog(context, fromRecords, fromYaml, rootNamespace);
    }

    static void RegisterCatalog(
        IncrementalGeneratorInitializationContext context, IncrementalValuesProvider<Compiled> fromRecords, IncrementalValuesProvider<Compiled> fromYaml, IncrementalValueProvider<string> rootNamespace)
    {
        static IncrementalValueProvider<EquatableArray<CatalogEntry>> Entries(IncrementalValuesProvider<Compiled> compiled) =>
            compiled.Select((c, _) => c.Entry).Collect().Select((all, _) => all.OfType<CatalogEntry>().ToEquatableArray());

        var entries = Entries(fromRecords).Combine(Entries(fromYaml))
            .Select((pair, _) => pair.Left.Concat(pair.Right).OrderBy(e => e.Name, StringComparer.Ordinal).ToEquatableArray())
            .WithTrackingName(Steps.Catalog);

        context.RegisterSourceOutput(entries.Combine(rootNamespace), (output, pair) =>
            output.AddSource("DcrCatalog.g.cs", SourceText.From(CatalogEmitter.Emit(Unique(pair.Left).Where(e => e.IsValid).Select(e => e.Program), pair.Right), Encoding.UTF8)));

        // Places move with every edit, so entries hold none: where names clash, and only there, the declarations are looked up again.
        var clashes = entries.SelectMany((all, _) => all.GroupBy(e => e.Name).SelectMany(g => g.Skip(1)).ToEquatableArray()).WithTrackingName(Steps.Clashes);
        context.RegisterSourceOutput(clashes.Combine(context.CompilationProvider).Combine(context.AdditionalTextsProvider.Collect()), (output, pair) =>
        {
            var ((entry, compilation), files) = pair;
            output.ReportDiagnostic(DiagnosticInfo.Of(Descriptors.DuplicateExperiment, entry.Find(compilation, files, output.CancellationToken), entry.Name).ToDiagnostic());
        });
    }

    /// <summary>The first of each name and of each type name: two of either would not compile.</summary>
    static IEnumerable<CatalogEntry> Unique(IEnumerable<CatalogEntry> entries) => entries.GroupBy(e => e.Name).Select(g => g.First()).GroupBy(e => e.Program).Select(g => g.First());

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
