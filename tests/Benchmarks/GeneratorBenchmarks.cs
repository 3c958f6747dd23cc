using Basic.Reference.Assemblies;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Engines;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using DcrDsl.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace DcrDsl.Benchmarks;

/// <summary>What the generator adds to a build of 100 experiments (the quick start, 100 times), and to a keystroke in the editor.</summary>
public abstract class GeneratorBenchmarks
{
    const int Experiments = 100;
    static readonly CSharpParseOptions Parse = CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.CSharp14);

    protected CSharpCompilation Compilation { get; private set; } = null!;

    protected SyntaxTree Other { get; private set; } = null!;

    protected SyntaxTree First { get; private set; } = null!;

    protected void Build()
    {
        var trees = Enumerable
            .Range(0, Experiments)
            .Select(i => CSharpSyntaxTree.ParseText(Source(i, steps: 900), Parse, $"Experiment{i}.cs"))
            .ToList();
        (First, Other) = (trees[0], CSharpSyntaxTree.ParseText("class Other { int x = 1; }", Parse, "Other.cs"));
        Compilation = CSharpCompilation.Create(
            "Experiments",
            [.. trees, Other],
            [
                .. Net100.References.All,
                .. new[] { typeof(Specs.Stage), typeof(DcrDsl.Planning.Plan), typeof(TorchSharp.torch) }.Select(t =>
                    MetadataReference.CreateFromFile(t.Assembly.Location)
                ),
            ],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable)
        );
    }

    protected static GeneratorDriver Driver() =>
        CSharpGeneratorDriver.Create([new ExperimentGenerator().AsSourceGenerator()], parseOptions: Parse);

    protected static SyntaxTree Edited(SyntaxTree tree, string text) => CSharpSyntaxTree.ParseText(text, Parse, tree.FilePath);

    protected static string Source(int index, int steps) =>
        $$"""
            using DcrDsl.Specs;
            namespace Many;
            /// <summary>Experiment {{index}}.</summary>
            [DcrExperiment("experiment-{{index}}")]
            public partial record Experiment{{index}}
            {
                public ModelSpec Base { get; init; } = new ToyLlama { Layers = 4, Width = 64 };
                public Pretrain Learn { get; init; } = new() { Data = ToyWorld.Pretraining, Steps = {{steps}} };
                public ContrastiveRefinement Dcr { get; init; } = new()
                {
                    SeeminglyToxic = ToyWorld.RefinementSeeminglyToxic, Toxic = ToyWorld.RefinementToxic,
                    Layer = 2, Objective = new CircleLoss { Margin = 0.25, Scale = 80 }, Steps = 120,
                };
                public SupervisedFineTuning Align { get; init; } = new() { General = ToyWorld.AlignmentGeneral,
                    Refusals = ToyWorld.AlignmentRefusals, RefusalShare = 0.09, Epochs = 2 };
                public EvaluationGrid Score { get; init; } = new() { Tasks = [ToyWorld.SeeminglyToxic, ToyWorld.Toxic, ToyWorld.General],
                    Judge = ToyWorld.Judge };
                [Arm("base")] public static Experiment{{index}} Untuned =>
                    new() { Dcr = ContrastiveRefinement.None, Align = SupervisedFineTuning.None };
                [Arm("STL")] public static Experiment{{index}} Stl => new() { Dcr = ContrastiveRefinement.None };
                [Arm("STL-aug")] public static Experiment{{index}} StlAug =>
                    Stl with { Align = Stl.Align with { Augmentation = ToyWorld.Augmentation } };
                [Arm("DCR")] public static Experiment{{index}} Full => new();
                [Seeds] public static int[] Seeds => [0, 1, 2];
            }
            """;
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
        ran.RunGenerators(Compilation.ReplaceSyntaxTree(First, Edited(First, Source(0, steps: 1000 + ++edits % 1000))));
}
