namespace DcrDsl.Generators.Tests;

public class QuickStartTests
{
    static readonly string Folder = Path.GetFullPath(Path.Combine(typeof(QuickStartTests).Assembly
        .GetCustomAttributes(typeof(System.Reflection.AssemblyMetadataAttribute), false).Cast<System.Reflection.AssemblyMetadataAttribute>()
        .First(a => a.Key == "ProjectFolder").Value!, "..", "..", "experiments"));

    static readonly GeneratorRun Run = GeneratorRun.Of(File.ReadAllText(Path.Combine(Folder, "QuickStart.cs")));

    [Fact]
    public void It_compiles_without_a_warning()
    {
        Assert.Empty(Run.Diagnostics);
        Assert.Empty(Run.CompilerDiagnostics.Select(d => d.ToString()));
    }

    [Fact]
    public Task Program() => Snapshot.Verify(Run.File("QuickStart.Program.g.cs"), "cs", test: this);

    [Fact]
    public Task Results() => Snapshot.Verify(Run.File("QuickStart.Results.g.cs"), "cs", test: this);

    [Fact]
    public Task Definition() => Snapshot.Verify(Run.File("QuickStart.Definition.g.cs"), "cs", test: this);
}
