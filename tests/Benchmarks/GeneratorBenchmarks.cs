using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Engines;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace DcrDsl.Benchmarks;

/// <summary>What the generator adds to a build of 100 experiments (the quick start, 100 times), and to a keystroke in the editor.</summary>
public abstract class GeneratorBenchmarks
{
    const int Experiments = 100;

    protected CSharpCompilation Compilation { get; private set; } = null!;

    protected SyntaxTree Other { get; private set; } = null!;

    protected SyntaxTree First { get; private set; } = null!;

    protected void Build()
    {
        (First, Other) = (ManyExperiments.Declaration(0), ManyExperiments.Parsed("class Other { int x = 1; }", "Other.cs"));
        Compilation = ManyExperiments.Compiled([
            First,
            .. Enumerable.Range(1, Experiments - 1).Select(i => ManyExperiments.Declaration(i)),
            Other,
        ]);
    }

    protected static GeneratorDriver Driver() => ManyExperiments.Driver();

    protected static SyntaxTree Edited(SyntaxTree tree, string text) => ManyExperiments.Parsed(text, tree.FilePath);
}

/// <summary>The first run in a process: a build without a compiler server. Loading and compiling the generator itself are in it.</summary>
[Config(typeof(Once))]
public class ColdGenerator : GeneratorBenchmarks
{
    sealed class Once : ManualConfig
    {
        public Once() =>
            AddJob(
                Job.Default.WithStrategy(RunStrategy.ColdStart)
                    .WithIterationCount(1)
                    .WithInvocationCount(1)
                    .WithUnrollFactor(1)
                    .WithToolchain(InProcessEmitToolchain.Instance)
            );
    }

    [GlobalSetup]
    public void Setup() => Build();

    [Benchmark(Description = "100 experiments, first run of the process")]
    public GeneratorDriver Cold() => Driver().RunGenerators(Compilation);
}

/// <summary>Runs of a process that is warm: a compiler server, an editor.</summary>
[Config(typeof(Warm))]
public class WarmGenerator : GeneratorBenchmarks
{
    sealed class Warm : ManualConfig
    {
        public Warm() => AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance));
    }

    GeneratorDriver ran = null!;
    int edits;

    [GlobalSetup]
    public void Setup()
    {
        Build();
        ran = Driver().RunGenerators(Compilation);
    }

    [Benchmark(Description = "an edit in another file")]
    public GeneratorDriver EditElsewhere() =>
        ran.RunGenerators(Compilation.ReplaceSyntaxTree(Other, Edited(Other, $"class Other {{ int x = {++edits}; }}")));

    [Benchmark(Description = "an edit of one experiment")]
    public GeneratorDriver EditExperiment() =>
        ran.RunGenerators(Compilation.ReplaceSyntaxTree(First, Edited(First, ManyExperiments.Source(0, steps: 1000 + ++edits % 1000))));
}
