using Basic.Reference.Assemblies;
using DcrDsl.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace DcrDsl.Benchmarks;

/// <summary>A project of the quick start, many times under other names, as the compiler has it in memory.</summary>
static class ManyExperiments
{
    static readonly CSharpParseOptions Options = CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.CSharp14);

    public static SyntaxTree Parsed(string text, string path) => CSharpSyntaxTree.ParseText(text, Options, path);

    public static SyntaxTree Declaration(int index, int steps = 900) => Parsed(Source(index, steps), $"Experiment{index}.cs");

    public static GeneratorDriver Driver() =>
        CSharpGeneratorDriver.Create([new ExperimentGenerator().AsSourceGenerator()], parseOptions: Options);

    public static CSharpCompilation Compiled(IEnumerable<SyntaxTree> trees) =>
        CSharpCompilation.Create(
            "Experiments",
            trees,
            [
                .. Net100.References.All,
                .. new[] { typeof(Specs.Stage), typeof(DcrDsl.Planning.Plan), typeof(TorchSharp.torch) }.Select(t =>
                    MetadataReference.CreateFromFile(t.Assembly.Location)
                ),
            ],
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary,
                nullableContextOptions: NullableContextOptions.Enable,
                optimizationLevel: OptimizationLevel.Release
            )
        );

    public static string Source(int index, int steps) =>
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
