using System.Reflection;
using Basic.Reference.Assemblies;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace DcrDsl.Generators.Tests;

/// <summary>The sources of the runtime, src/DcrDsl, compiled in memory as its build does.</summary>
static class RuntimeSources
{
    static readonly string[] OwnGenerators =
    [
        "System.Text.RegularExpressions.Generator.dll",
        "Microsoft.Interop.LibraryImportGenerator.dll",
        "System.Text.Json.SourceGeneration.dll",
    ];

    /// <summary>The compilation, what source generators add included.</summary>
    public static Compilation Compile()
    {
        string project = Path.Combine(Metadata("RepositoryFolder"), "src", "DcrDsl");
        var files = Directory
            .EnumerateFiles(project, "*.cs", SearchOption.AllDirectories)
            .Where(f =>
                !new[] { "bin", "obj", "buildTransitive" }.Contains(Path.GetRelativePath(project, f).Split(Path.DirectorySeparatorChar)[0])
            )
            .Append(Path.Combine(project, "..", "Shared", "HalfCharacter.cs"));
        var parse = GeneratorRun.ParseOptions.WithDocumentationMode(DocumentationMode.None);
        var compilation = CSharpCompilation.Create(
            "DcrDsl",
            [
                CSharpSyntaxTree.ParseText(
                    string.Concat(
                        new[] { "", ".Collections.Generic", ".IO", ".Linq", ".Net.Http", ".Threading", ".Threading.Tasks" }.Select(n =>
                            $"global using System{n};\n"
                        )
                    ),
                    parse
                ),
                .. files.Select(f => CSharpSyntaxTree.ParseText(File.ReadAllText(f), parse, Path.GetFullPath(f))),
            ],
            [
                .. Net100.References.All,
                .. Directory
                    .EnumerateFiles(AppContext.BaseDirectory, "*.dll")
                    .Where(f => IsPackage(Path.GetFileName(f)))
                    .Select(f => MetadataReference.CreateFromFile(f)),
            ],
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary,
                optimizationLevel: OptimizationLevel.Release,
                // What may be null is checked by the build, and takes a third of the time.
                allowUnsafe: true,
                nullableContextOptions: NullableContextOptions.Disable
            )
        );
        CSharpGeneratorDriver
            .Create(Generators(), parseOptions: parse)
            .RunGeneratorsAndUpdateCompilation(compilation, out var whole, out _, TestContext.Current.CancellationToken);
        return whole;
    }

    /// <summary>The compilation after an edit of one file.</summary>
    public static Compilation With(this Compilation compilation, string file, string old, string fresh)
    {
        var tree = compilation.SyntaxTrees.Single(t => t.FilePath.EndsWith(file, StringComparison.Ordinal));
        string text = tree.ToString(),
            edited = text.Replace(old, fresh, StringComparison.Ordinal);
        Assert.NotEqual(text, edited);
        return compilation.ReplaceSyntaxTree(tree, CSharpSyntaxTree.ParseText(edited, (CSharpParseOptions)tree.Options, tree.FilePath));
    }

    // Packages of the framework's name that are no part of it.
    static readonly string[] NamedAsTheFramework = ["System.IO.Hashing.dll", "System.ClientModel.dll", "System.Memory.Data.dll"];

    static bool IsPackage(string name) =>
        name is "DcrDsl.Specs.dll" or "DcrDsl.Jinja.dll" or "DcrDsl.Tokenizers.dll"
        || NamedAsTheFramework.Contains(name)
        || !new[] { "System.", "DcrDsl", "Microsoft.CodeAnalysis", "xunit", "lib" }.Any(p => name.StartsWith(p, StringComparison.Ordinal))
            && IsManaged(Path.Combine(AppContext.BaseDirectory, name));

    static bool IsManaged(string file)
    {
        try
        {
            AssemblyName.GetAssemblyName(file);
            return true;
        }
        catch (BadImageFormatException)
        {
            return false;
        }
    }

    /// <summary>The source generators that come with the framework: of regular expressions, calls into native libraries and JSON.</summary>
    static IEnumerable<ISourceGenerator> Generators()
    {
        string pack = Directory
            .EnumerateDirectories(Path.Combine(Metadata("TargetingPacks"), "Microsoft.NETCore.App.Ref"), "10.*")
            .Order(StringComparer.Ordinal)
            .Last();
        return OwnGenerators
            .SelectMany(file => Assembly.LoadFrom(Path.Combine(pack, "analyzers", "dotnet", "cs", file)).GetTypes())
            .Where(t => t.IsDefined(typeof(GeneratorAttribute)) && typeof(IIncrementalGenerator).IsAssignableFrom(t))
            .Select(t => ((IIncrementalGenerator)Activator.CreateInstance(t)!).AsSourceGenerator());
    }

    static string Metadata(string key) =>
        typeof(RuntimeSources).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;
}
