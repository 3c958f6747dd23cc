using System.Collections.Immutable;
using Basic.Reference.Assemblies;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace DcrDsl.Generators.Tests;

/// <summary>Runs the generator on sources and YAML files as a build would.</summary>
sealed class GeneratorRun
{
    // Documentation comments are checked too: a project may ask for a documentation file and have warnings as errors.
    static readonly CSharpParseOptions Parse = CSharpParseOptions
        .Default.WithLanguageVersion(LanguageVersion.CSharp14)
        .WithDocumentationMode(DocumentationMode.Diagnose);

    static readonly ImmutableArray<MetadataReference> References =
    [
        .. Net100.References.All,
        MetadataReference.CreateFromFile(typeof(DcrDsl.Specs.Stage).Assembly.Location),
        MetadataReference.CreateFromFile(typeof(DcrDsl.Definition.ExperimentDefinition).Assembly.Location),
        MetadataReference.CreateFromFile(Path.Combine(AppContext.BaseDirectory, "TorchSharp.dll")),
    ];

    /// <summary>What a program may call besides: the libraries that stand alone, and those of logging.</summary>
    static readonly MetadataReference[] Libraries =
    [
        .. new[] { "DcrDsl.Jinja", "DcrDsl.Tokenizers", "DcrDsl.Cli", "Microsoft.Extensions.Logging.Abstractions" }.Select(l =>
            MetadataReference.CreateFromFile(Path.Combine(AppContext.BaseDirectory, l + ".dll"))
        ),
    ];

    // The runtime's references are of the platform's exact version, the test's reference assemblies are not; a build unifies them in
    // silence.
    static readonly Dictionary<string, ReportDiagnostic> Unified = new()
    {
        ["CS1701"] = ReportDiagnostic.Suppress,
        ["CS1702"] = ReportDiagnostic.Suppress,
    };

    GeneratorRun(
        GeneratorDriver driver,
        IReadOnlyList<AdditionalText> yaml,
        Compilation input,
        Compilation output,
        ImmutableArray<Diagnostic> diagnostics
    ) => (Driver, Yaml, Input, Output, Diagnostics) = (driver, yaml, input, output, diagnostics);

    /// <summary>The YAML files of the first run.</summary>
    public IReadOnlyList<AdditionalText> Yaml { get; }

    public GeneratorDriver Driver { get; }

    public Compilation Input { get; }

    public Compilation Output { get; }

    /// <summary>What the generator itself reports.</summary>
    public ImmutableArray<Diagnostic> Diagnostics { get; }

    /// <summary>
    /// Errors and warnings of the whole compilation, generated code included; that the declarations of the tests are not documented aside.
    /// </summary>
    public IReadOnlyList<Diagnostic> CompilerDiagnostics => [.. Worth(Output.GetDiagnostics())];

    /// <summary>Those of a whole build, down to the assembly.</summary>
    public IReadOnlyList<Diagnostic> BuildDiagnostics => [.. Worth(Output.Emit(new MemoryStream()).Diagnostics)];

    IEnumerable<Diagnostic> Worth(IEnumerable<Diagnostic> all) =>
        all.Where(d =>
            d.Severity >= DiagnosticSeverity.Warning
            && !(d.Id == "CS1591" && d.Location.SourceTree is { } tree && Input.ContainsSyntaxTree(tree))
        );

    public static GeneratorRun Of(string source, params (string Path, string Text)[] yaml) => Of([("Experiment.cs", source)], yaml);

    public static GeneratorRun Of(IEnumerable<(string Path, string Text)> sources, params (string Path, string Text)[] yaml) =>
        Of(new ProjectSettings(), sources, yaml);

    public static GeneratorRun Of(
        ProjectSettings project,
        IEnumerable<(string Path, string Text)> sources,
        params (string Path, string Text)[] yaml
    )
    {
        var parse = Parse.WithLanguageVersion(project.Language);
        if (project.ImplicitUsings)
            sources = sources.Append(
                ("Usings.cs", "global using System; global using System.Collections.Generic; global using System.Linq;")
            );
        var trees = sources.Select(s => CSharpSyntaxTree.ParseText(SourceText.From(s.Text, System.Text.Encoding.UTF8), parse, s.Path));
        var compilation = CSharpCompilation.Create(
            "Experiments",
            trees,
            project.WithItsLibraries ? [.. References, .. Libraries] : References,
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary,
                nullableContextOptions: project.Nullable ? NullableContextOptions.Enable : NullableContextOptions.Disable,
                specificDiagnosticOptions: Unified
            )
        );
        AdditionalText[] files = [.. yaml.Select(y => new YamlFile(y.Path, y.Text))];
        GeneratorDriver driver = CSharpGeneratorDriver.Create(
            [project.Generator.AsSourceGenerator()],
            files,
            parse,
            new Options(project.RootNamespace),
            new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true)
        );
        return Run(driver, files, compilation);
    }

    /// <summary>Runs the same driver again, as after an edit.</summary>
    public GeneratorRun Again(Func<Compilation, Compilation>? edit = null, Func<GeneratorDriver, GeneratorDriver>? drive = null) =>
        Run(drive?.Invoke(Driver) ?? Driver, Yaml, edit?.Invoke(Input) ?? Input.Clone());

    static GeneratorRun Run(GeneratorDriver driver, IReadOnlyList<AdditionalText> yaml, Compilation compilation)
    {
        driver = driver.RunGeneratorsAndUpdateCompilation(compilation, out var output, out var diagnostics);
        return new GeneratorRun(driver, yaml, compilation, output, diagnostics);
    }

    public GeneratorRunResult Result => Driver.GetRunResult().Results[0];

    /// <summary>The generated file whose name ends so.</summary>
    public string File(string ending) =>
        Result.GeneratedSources.Single(s => s.HintName.EndsWith(ending, StringComparison.Ordinal)).SourceText.ToString();

    public static CSharpParseOptions ParseOptions => Parse;

    public sealed class YamlFile(string path, string text) : AdditionalText
    {
        public override string Path => path;

        public override SourceText GetText(CancellationToken cancellationToken = default) =>
            SourceText.From(text, System.Text.Encoding.UTF8);
    }

    sealed class Options(string rootNamespace) : AnalyzerConfigOptionsProvider
    {
        public override AnalyzerConfigOptions GlobalOptions { get; } = new Values(rootNamespace);

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => GlobalOptions;

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => GlobalOptions;

        sealed class Values(string rootNamespace) : AnalyzerConfigOptions
        {
            public override bool TryGetValue(string key, out string value)
            {
                value = key == "build_property.RootNamespace" ? rootNamespace : "";
                return value.Length > 0;
            }
        }
    }
}

/// <summary>What a project file says of how its sources are compiled.</summary>
sealed record ProjectSettings
{
    public bool ImplicitUsings { get; init; } = true;

    public bool Nullable { get; init; } = true;

    public string RootNamespace { get; init; } = "Experiments";

    public LanguageVersion Language { get; init; } = LanguageVersion.CSharp14;

    public ExperimentGenerator Generator { get; init; } = new();

    /// <summary>Whether it is a program, rather than declarations alone.</summary>
    public bool WithItsLibraries { get; init; }
}
