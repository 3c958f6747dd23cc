using System.Reflection;
using System.Runtime.Loader;
using Basic.Reference.Assemblies;
using DcrDsl.Execution.Numerics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace DcrDsl.Generators.Tests;

/// <summary>A library of a user's, compiled in memory as a release build would, and what is read of it.</summary>
sealed class CompiledCode
{
    readonly Assembly assembly;

    CompiledCode(Assembly assembly) => this.assembly = assembly;

    /// <summary>Compiles one file; another with a record of the vocabulary makes it a library that knows DcrDsl.</summary>
    public static CompiledCode Of(string source)
    {
        string usings = "global using System; global using System.Collections.Generic; global using System.Linq;";
        string mine = "namespace Lab; public sealed record LabLoss : DcrDsl.Specs.ContrastiveObjective;";
        var compilation = CSharpCompilation.Create(
            "Lab",
            new[] { usings, mine, source }.Select(text => CSharpSyntaxTree.ParseText(text, GeneratorRun.ParseOptions)),
            [.. Net100.References.All, MetadataReference.CreateFromFile(typeof(Specs.Stage).Assembly.Location)],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release)
        );
        return new CompiledCode(Load(compilation, new AssemblyLoadContext("Lab")));
    }

    /// <summary>Emits a compilation and loads it.</summary>
    public static Assembly Load(Compilation compilation, AssemblyLoadContext context)
    {
        var image = new MemoryStream();
        var emitted = compilation.Emit(image);
        Assert.Empty(emitted.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error));
        image.Position = 0;
        return context.LoadFromStream(image);
    }

    /// <summary>What a static method of a class comes to.</summary>
    public ReachedCode From(string type, string method, IEnumerable<Type>? before = null)
    {
        var reached = new ReachedCode(before ?? []);
        reached.Call(assembly.GetType($"Lab.{type}")!.GetMethod(method)!);
        return reached;
    }

    /// <summary>The methods that <c>Stage.Run</c> comes to, with their digests.</summary>
    public SortedDictionary<string, string> Methods() => Digests(From("Stage", "Run"));

    public static SortedDictionary<string, string> Digests(ReachedCode code) =>
        new(code.Methods.ToDictionary(m => m.Name, m => m.Digest), StringComparer.Ordinal);
}
