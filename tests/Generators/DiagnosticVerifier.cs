using System.Collections.Immutable;
using Basic.Reference.Assemblies;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Testing;

namespace DcrDsl.Generators.Tests;

/// <summary>Checks that exactly the marked diagnostics appear, at exactly the marked places: <c>{|DCR005:9|}</c>.</summary>
static class DiagnosticVerifier
{
    public static Task CSharp(string markup) => Run(test => test.TestState.Sources.Add(("Experiment.cs", markup)));

    public static Task Yaml(string markup) =>
        Run(test =>
        {
            test.TestState.Sources.Add(("Empty.cs", "// The experiment is in the YAML file."));
            test.TestState.AdditionalFiles.Add(("experiment.dcr.yaml", markup));
        });

    public static Task Both(string csharp, string yaml) =>
        Run(test =>
        {
            test.TestState.Sources.Add(("Experiment.cs", csharp));
            test.TestState.AdditionalFiles.Add(("experiment.dcr.yaml", yaml));
        });

    static Task Run(Action<Test> configure)
    {
        var test = new Test();
        configure(test);
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    sealed class Test : CSharpSourceGeneratorTest<ExperimentGenerator, DefaultVerifier>
    {
        public Test()
        {
            ReferenceAssemblies = new ReferenceAssemblies("net10.0");
            TestState.AdditionalReferences.AddRange(Net100.References.All);
            foreach (
                string assembly in new[]
                {
                    typeof(Specs.Stage).Assembly.Location,
                    typeof(Definition.ExperimentDefinition).Assembly.Location,
                    Path.Combine(AppContext.BaseDirectory, "TorchSharp.dll"),
                }
            )
                TestState.AdditionalReferences.Add(MetadataReference.CreateFromFile(assembly));
            TestState.Sources.Add(("Usings.cs", "global using System; global using System.Collections.Generic; global using System.Linq;"));
            TestBehaviors = TestBehaviors.SkipGeneratedSourcesCheck;
        }

        protected override ParseOptions CreateParseOptions() => GeneratorRun.ParseOptions;

        protected override CompilationOptions CreateCompilationOptions() =>
            ((CSharpCompilationOptions)base.CreateCompilationOptions()).WithNullableContextOptions(NullableContextOptions.Enable);
    }
}
