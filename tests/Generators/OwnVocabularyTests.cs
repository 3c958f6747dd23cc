using System.Text.RegularExpressions;
using DcrDsl.Generators.Values;
using Microsoft.CodeAnalysis;

namespace DcrDsl.Generators.Tests;

/// <summary>Records of the user's own project stand beside those of the vocabulary, in C# and in YAML.</summary>
public class OwnVocabularyTests
{
    /// <summary>A record of every open family, with the functions behind them.</summary>
    const string Own = """
        using DcrDsl.Data;
        using DcrDsl.Evaluation.Judging;
        using DcrDsl.Specs;
        using DcrDsl.Tensors;
        using DcrDsl.Training;
        using TorchSharp;

        namespace Lab;

        /// <summary>Pairs of one class close, pairs of two &lt;classes&gt; apart by a <see cref="Margin"/>.</summary>
        [RuntimeCall("Losses.Hinge")]
        public sealed record HingeLoss : ContrastiveObjective
        {
            /// <summary>The margin.</summary>
            [Range(0, 2)]
            public double Margin { get; init; } = Losses.Usual / 2;

            public Mode Mode { get; init; }

            public int? Most { get; init; }

            public ValueList<double> Weights { get; init; } = [1, 0.5];

            public string Label { get; init; } = "say \"hinge\"";

            public PairDistance Distance { get; init; } = PairDistance.Cosine;
        }

        public enum Mode { Soft, Hard }

        static class Losses
        {
            public const double Usual = 0.6;

            public static torch.Tensor Hinge(torch.Tensor z, torch.Tensor labels, double margin, Mode mode,
                IReadOnlyList<double> weights, string label, PairDistance distance, int? most = null) => z;

            public static torch.Tensor Maybe(torch.Tensor z, torch.Tensor labels, Mode? mode = null, double? share = null) => z;

            public static torch.Tensor Reduced(torch.Tensor z, torch.Tensor labels, LossReducer? reducer = null) => z;

            public static torch.Tensor Max(torch.Tensor hidden, TextSpans prompts, bool absolute) => hidden;
        }

        [RuntimeCall("Losses.Maybe")]
        public sealed record MaybeLoss : Maybe { public Mode? Mode { get; init; } }

        public abstract record Maybe : ContrastiveObjective { public double? Share { get; init; } = null; }

        [RuntimeCall("Losses.Reduced")]
        public sealed record ReducedLoss : ReducedObjective;

        [RuntimeCall("Lab.Losses.Max")]
        public sealed record MaxPooling : Pooling { public bool Absolute { get; init; } }

        [RuntimeCall("Rates.Step")]
        public sealed record StepRate : Schedule { public int Every { get; init; } = 10; }

        [RuntimeCall("Rates.Flat")]
        public sealed record FlatRate : Schedule;

        static class Rates
        {
            public static double Step(int step, double peak, int warmup, int total, int every) => peak;

            public static double Flat(int step, double peak, int warmup) => peak;
        }

        [RuntimeCall("SignDescent")]
        public sealed record SignSgd : Optimiser { public double Decay { get; init; } = 0.1; }

        sealed class SignDescent(IEnumerable<torch.Tensor> parameters, double decay) : IOptimiser
        {
            public double Decay => decay + parameters.Count();
            public void Step(double rate) { }
            public void ZeroGradients() { }
            public IReadOnlyList<(string Name, torch.Tensor Value)> ExportState() => [];
            public void ImportState(IReadOnlyDictionary<string, torch.Tensor> state) { }
            public void Dispose() { }
        }

        [RuntimeCall("Verdicts.OneWord")]
        public sealed record OneWordJudge : JudgeSpec { public string Word { get; init; } = "no"; }

        static class Verdicts { public static IJudge OneWord(string word) => Judges.RefusalOpeners(word); }

        [RuntimeCall("Sources.Read")]
        public sealed record TemplatePrompts : PromptSource
        {
            public int Rows { get; init; } = 5;
            public override bool HasAnswers => true;
            public override bool MayOverlap(PromptSource other) => other is TemplatePrompts;
        }

        static class Sources { public static IReadOnlyList<Example> Read(ulong seed, int rows) => []; }
        """;

    const string Data = "SeeminglyToxic = ToyWorld.RefinementSeeminglyToxic, Toxic = ToyWorld.RefinementToxic";

    const string YamlData =
        "type: ContrastiveRefinement, seeminglyToxic: ToyWorld.RefinementSeeminglyToxic, toxic: ToyWorld.RefinementToxic";

    public static TheoryData<string, string, string, string> Twins =>
        new()
        {
            {
                "an objective with its defaults",
                Declaration.CSharp(before: "using Lab;", dcr: $"new() {{ {Data}, Objective = new HingeLoss() }}"),
                Declaration.Yaml(dcr: $"{{ {YamlData}, objective: HingeLoss }}"),
                "global::Lab.Losses.Hinge(z, labels, margin: 0.3, mode: global::Lab.Mode.Soft, weights: [1.0, 0.5], label: \"say "
                    + "\\\"hinge\\\"\", distance: PairDistance.Cosine)"
            },
            {
                "an objective with options",
                Declaration.CSharp(
                    before: "using Lab;",
                    dcr: $"new() {{ {Data}, Objective = new HingeLoss {{ Margin = 1, Mode = Mode.Hard, Most = 3, Weights = [], "
                        + $"Label = \"x\" }} }}"
                ),
                Declaration.Yaml(
                    dcr: $"{{ {YamlData}, objective: {{ type: HingeLoss, margin: 1, mode: hard, most: 3, weights: [], label: x }} }}"
                ),
                "margin: 1.0, mode: global::Lab.Mode.Hard, most: 3, weights: [], label: \"x\""
            },
            {
                "an option that is swept",
                Declaration.CSharp(
                    before: "using Lab;",
                    dcr: $"new() {{ {Data}, Objective = new HingeLoss() }}",
                    rest: "[Sweep(\"Dcr.Objective.Margin\")] public static double[] Margins => [0.1, 0.2];"
                        + "[Sweep(\"Dcr.Objective.Mode\")] public static Mode[] Modes => [Mode.Soft, Mode.Hard];"
                ),
                Declaration.Yaml(
                    dcr: $"{{ {YamlData}, objective: HingeLoss }}",
                    rest: "sweep: { Dcr.objective.margin: [0.1, 0.2], Dcr.objective.mode: [Soft, Hard] }"
                ),
                "global::Lab.Losses.Hinge(z, labels, margin: margin, mode: mode,"
            },
            {
                "objectives that are swept",
                Declaration.CSharp(
                    before: "using Lab;",
                    dcr: $"new() {{ {Data} }}",
                    rest: "[Sweep(\"Dcr.Objective\")] public static ContrastiveObjective[] All => [new CircleLoss(), new HingeLoss "
                        + "{ Margin = 0.5 }, new ReducedLoss { Reducer = LossReducer.Mean }];"
                ),
                Declaration.Yaml(
                    dcr: $"{{ {YamlData} }}",
                    rest: "sweep: { Dcr.objective: [CircleLoss, { type: HingeLoss, margin: 0.5 }, { type: ReducedLoss, reducer: Mean }] }"
                ),
                "var loss   = objective(z, labels);"
            },
            {
                "poolings that are swept",
                Declaration.CSharp(
                    before: "using Lab;",
                    rest: "[Sweep(\"Dcr.Pooling\")] public static Pooling[] All => [Pooling.Mean, new MaxPooling { Absolute = true }];"
                ),
                Declaration.Yaml(rest: "sweep: { Dcr.pooling: [Mean, { type: MaxPooling, absolute: true }] }"),
                "var z      = pooling(hidden, prompts);"
            },
            {
                "a pooling, a schedule and an optimiser",
                Declaration.CSharp(
                    before: "using Lab;",
                    dcr: $"new() {{ {Data}, Pooling = new MaxPooling(), Schedule = new StepRate {{ Warmup = 2, Every = 7 }}, "
                        + $"Optimiser = new SignSgd {{ Decay = 0.5 }} }}"
                ),
                Declaration.Yaml(
                    dcr: $"{{ {YamlData}, pooling: MaxPooling, schedule: {{ type: Lab.StepRate, warmup: 2, every: 7 }}, optimiser: "
                        + $"{{ type: SignSgd, decay: 0.5 }} }}"
                ),
                "double rate = global::Lab.Rates.Step(step, peak: 3e-4, warmup: 2, total: steps, every: 7);"
            },
            {
                "a schedule without an end",
                Declaration.CSharp(before: "using Lab;", dcr: $"new() {{ {Data}, Schedule = new FlatRate() }}"),
                Declaration.Yaml(dcr: $"{{ {YamlData}, schedule: FlatRate }}"),
                "double rate = global::Lab.Rates.Flat(step, peak: 3e-4, warmup: 0);"
            },
            {
                "a judge",
                Declaration.CSharp(
                    before: "using Lab;",
                    score: "new() { Tasks = [ToyWorld.Toxic], Judge = new OneWordJudge { Word = \"never\" } }"
                ),
                Declaration.Yaml(score: "{ type: EvaluationGrid, tasks: [ToyWorld.Toxic], judge: { type: OneWordJudge, word: never } }"),
                "var judge = global::Lab.Verdicts.OneWord(word: \"never\");"
            },
            {
                "prompts",
                Declaration.CSharp(
                    before: "using Lab;",
                    align: "new() { General = new TemplatePrompts { Rows = 9, Take = 400 }, Refusals = ToyWorld.AlignmentRefusals }"
                ),
                Declaration.Yaml(
                    align: "{ type: SupervisedFineTuning, general: { type: TemplatePrompts, rows: 9, take: 400 }, refusals: "
                        + "ToyWorld.AlignmentRefusals }"
                ),
                "run.Load(new OwnPrompts(new global::Lab.TemplatePrompts { Rows = 9, Take = 400 }, seed => "
                    + "global::Lab.Sources.Read(seed, rows: 9)), model.Chat);"
            },
            {
                "prompts of a task, and prompts within others",
                Declaration.CSharp(
                    before: "using Lab;",
                    align: "new() { General = new SelfAnswered { Prompts = new TemplatePrompts() }, Refusals = "
                        + "ToyWorld.AlignmentRefusals }",
                    score: "new() { Tasks = [ToyWorld.Toxic, new PromptTask { Name = \"Mine\", Prompts = new TemplatePrompts { "
                        + "Rows = 8, Class = PromptClass.SeeminglyToxic } }] }"
                ),
                Declaration.Yaml(
                    align: "{ type: SupervisedFineTuning, general: { type: SelfAnswered, prompts: TemplatePrompts }, refusals: "
                        + "ToyWorld.AlignmentRefusals }",
                    score: "{ type: EvaluationGrid, tasks: [ToyWorld.Toxic, { name: Mine, prompts: { type: TemplatePrompts, rows: "
                        + "8, class: SeeminglyToxic } }] }"
                ),
                "run.Load(new OwnPrompts(new global::Lab.TemplatePrompts { Rows = 8, Class = PromptClass.SeeminglyToxic }, seed => "
                    + "global::Lab.Sources.Read(seed, rows: 8)), model.Chat)"
            },
            {
                "a choice of the user's, none among its values",
                Declaration.CSharp(
                    before: "using Lab;",
                    dcr: $"new() {{ {Data}, Objective = new MaybeLoss {{ Mode = Mode.Hard }} }}",
                    attributes: "[DcrExperiment(\"test\"), Exclude(\"Dcr.Objective.Mode\", Mode.Hard, \"Dcr.Objective.Share\", 0.5)]",
                    rest: "[Sweep(\"Dcr.Objective.Mode\")] public static Mode?[] Modes => [null, Mode.Hard];"
                        + "[Sweep(\"Dcr.Objective.Share\")] public static double?[] Shares => [null, 0.5];"
                ),
                Declaration.Yaml(
                    dcr: $"{{ {YamlData}, objective: {{ type: MaybeLoss, mode: Hard }} }}",
                    rest: "exclude: { Dcr.objective.mode: Hard, Dcr.objective.share: 0.5 }\nsweep: { Dcr.objective.mode: [none, "
                        + "Hard], Dcr.objective.share: [none, 0.5] }"
                ),
                "global::Lab.Losses.Maybe(z, labels, mode: mode, share: shareChoice);"
            },
            {
                "prompts that are swept, and an option of theirs",
                Declaration.CSharp(
                    before: "using Lab;",
                    learn: "new() { Data = new TemplatePrompts() }",
                    rest: "[Sweep(\"Learn.Data.Rows\")] public static int[] Rows => [1, 2];"
                        + "[Sweep(\"Align.Augmentation\")] public static PromptSource?[] More => [null, new TemplatePrompts { Rows = 3 }];"
                ),
                Declaration.Yaml(
                    learn: "{ type: Pretrain, data: TemplatePrompts }",
                    rest: "sweep: { Learn.data.rows: [1, 2], Align.augmentation: [none, { type: TemplatePrompts, rows: 3 }] }"
                ),
                "run.Load(new OwnPrompts(new global::Lab.TemplatePrompts { Rows = rowsChoice }, seed => "
                    + "global::Lab.Sources.Read(seed, rows: rowsChoice)), model.Chat);"
            },
        };

    /// <summary>Both notations give the same program, which compiles and makes the call, and so does the normal form of each.</summary>
    [Theory, MemberData(nameof(Twins))]
    public void A_record_of_the_users_works_in_both_notations(string what, string csharp, string yaml, string call)
    {
        var record = GeneratorRun.Of([("Own.cs", Own), ("Experiment.cs", csharp)]);
        var file = GeneratorRun.Of([("Own.cs", Own)], ("test.dcr.yaml", yaml));
        foreach (var run in new[] { record, file })
        {
            Assert.True(run.Diagnostics.All(d => d.Severity <= DiagnosticSeverity.Info), string.Join("\n", run.Diagnostics));
            Assert.True(run.CompilerDiagnostics.Count == 0, string.Join("\n", run.CompilerDiagnostics));
        }
        string program = Unbroken(record.File("Test.Program.g.cs"));
        Assert.True(program.Contains(call, StringComparison.Ordinal), $"{what}: {call}\n{program}");
        Assert.Equal(Body(record.File("Test.Program.g.cs")), Body(file.File("Test.Program.g.cs")));
        Assert.Equal(Spec(record), Spec(file));

        var normal = GeneratorRun.Of([("Own.cs", Own)], ("test.dcr.yaml", Spec(record)));
        Assert.Empty(normal.Diagnostics.Where(d => d.Severity > DiagnosticSeverity.Info).Select(d => d.ToString()));
        Assert.Equal(Body(record.File("Test.Program.g.cs")), Body(normal.File("Test.Program.g.cs")));
        Assert.Equal(Spec(record), Spec(normal));
    }

    /// <summary>The documentation of a record, ours or the user's, for the program to quote.</summary>
    [Fact]
    public void A_record_has_the_summary_of_its_documentation()
    {
        Assert.StartsWith("Circle loss (Sun et al., CVPR 2020)", Documentation.Summary(new Specs.CircleLoss()), StringComparison.Ordinal);
        var own = OwnTypes(GeneratorRun.Of([("Own.cs", Own)], ("test.dcr.yaml", Declaration.Yaml()))).Single(t => t.Name == "HingeLoss");
        Assert.Equal("Pairs of one class close, pairs of two <classes> apart by a Margin.", Documentation.Summary(own.Create()));
        Assert.Equal("The margin.", own.Options[0].Summary);
        Assert.Equal(0, own.Options[0].Range!.Minimum);
        Assert.Equal(2, own.Options[0].Range!.Maximum);
    }

    /// <summary>A compiled record keeps no initialisers, so it says its defaults in an attribute, or cannot be chosen.</summary>
    [Fact]
    public void A_record_of_a_referenced_assembly_says_its_defaults_in_attributes()
    {
        const string Library = """
            using System.ComponentModel;
            using DcrDsl.Specs;
            using static TorchSharp.torch;
            namespace Shared;
            [RuntimeCall("Losses.Scaled")]
            public sealed record ScaledLoss : ContrastiveObjective
            {
                [DefaultValue(2.5)] public double Scale { get; init; } = 2.5;
                [DefaultValue(PairDistance.Cosine)] public PairDistance Distance { get; init; } = PairDistance.Cosine;
                [DefaultValue(null)] public int? Most { get; init; }
            }
            [RuntimeCall("Losses.Silent")]
            public sealed record SilentLoss : ContrastiveObjective { public double Scale { get; init; } = 2.5; }
            public static class Losses
            {
                public static Tensor Scaled(Tensor z, Tensor labels, double scale, PairDistance distance, int? most = null) => z;
                public static Tensor Silent(Tensor z, Tensor labels, double scale) => z;
            }
            """;
        using var image = new MemoryStream();
        Assert.True(GeneratorRun.Of(Library).Input.Emit(image, cancellationToken: TestContext.Current.CancellationToken).Success);
        var library = MetadataReference.CreateFromImage(image.ToArray());
        string Yaml(string objective) => Declaration.Yaml(name: "yaml", dcr: $"{{ {YamlData}, objective: {objective} }}");

        var run = GeneratorRun
            .Of(
                [("Experiment.cs", Declaration.CSharp(dcr: $"new() {{ {Data}, Objective = new Shared.ScaledLoss {{ Scale = 3 }} }}"))],
                ("yaml.dcr.yaml", Yaml("ScaledLoss"))
            )
            .Again(c => c.AddReferences(library).WithAssemblyName("Other"));
        Assert.True(run.Diagnostics.IsEmpty, string.Join("\n", run.Diagnostics));
        Assert.Empty(run.CompilerDiagnostics.Select(d => d.ToString()));
        Assert.Contains(
            "global::Shared.Losses.Scaled(z, labels, scale: 3.0, distance: PairDistance.Cosine)",
            Unbroken(run.File("Test.Program.g.cs"))
        );
        Assert.Contains("scale: 2.5, distance: PairDistance.Cosine)", Unbroken(run.File("Yaml.Program.g.cs")));

        var silent = GeneratorRun
            .Of(
                [("Experiment.cs", Declaration.CSharp(dcr: $"new() {{ {Data}, Objective = new Shared.SilentLoss() }}"))],
                ("yaml.dcr.yaml", Yaml("SilentLoss"))
            )
            .Again(c => c.AddReferences(library).WithAssemblyName("Other"));
        Assert.Equal(["DCR002", "DCR014"], silent.Diagnostics.Select(d => d.Id).Order());
        Assert.Contains(silent.Diagnostics, d => d.ToString().Contains("[DefaultValue(…)]", StringComparison.Ordinal));
    }

    /// <summary>Of two records of one name each is called by its full name, and the suggestion says so.</summary>
    [Fact]
    public void Two_records_of_one_name_are_called_in_full()
    {
        const string Two = """
            using DcrDsl.Specs;
            using static TorchSharp.torch;
            namespace One { [RuntimeCall("Both.Losses.Same")] public record SameLoss : ContrastiveObjective; }
            namespace Two { [RuntimeCall("Both.Losses.Same")] public record SameLoss : ContrastiveObjective; }
            namespace Both { static class Losses { public static Tensor Same(Tensor z, Tensor labels) => z; } }
            """;
        GeneratorRun With(string objective) =>
            GeneratorRun.Of([("Own.cs", Two)], ("test.dcr.yaml", Declaration.Yaml(dcr: $"{{ {YamlData}, objective: {objective} }}")));
        Assert.Empty(With("Two.SameLoss").Diagnostics);
        Assert.Contains("objective: Two.SameLoss", Spec(With("{ type: Two.SameLoss }")));
        string refused = Assert.Single(With("SameLoss").Diagnostics).ToString();
        Assert.Contains("'SameLoss' is not a ContrastiveObjective", refused);
        Assert.Contains("SameLoss", refused[refused.IndexOf(';')..]);
    }

    /// <summary>The value of an axis is the record itself, as the project would write it.</summary>
    [Fact]
    public void A_record_is_written_with_what_differs_from_its_defaults()
    {
        var own = OwnTypes(GeneratorRun.Of([("Own.cs", Own)], ("test.dcr.yaml", Declaration.Yaml()))).Single(t => t.Name == "HingeLoss");
        var run = GeneratorRun.Of([("Own.cs", Own)], ("test.dcr.yaml", Declaration.Yaml()));
        var model = run
            .Result.TrackedSteps[ExperimentGenerator.Steps.Experiment]
            .SelectMany(s => s.Outputs)
            .Select(o => (Emit.Emission)o.Value)
            .Single();
        var scope = new Emit.StageScope(
            model.Experiment.Stages[0],
            Emit.StageEmitter.All[0].Methods[0],
            new Emit.Imports(model.Surroundings)
        );
        Assert.Equal("new global::Lab.HingeLoss()", scope.Literal(own.Create()).ToString());
        Assert.Equal(
            "new global::Lab.HingeLoss { Margin = 0.5, Mode = global::Lab.Mode.Hard }",
            scope
                .Literal(
                    Vocabulary.With(
                        Vocabulary.With(own.Create(), "Margin", 0.5),
                        "Mode",
                        new OwnMember(own.Options.Single(o => o.Name == "Mode").Members!, "Hard")
                    )
                )
                .ToString()
        );
    }

    static IEnumerable<OwnType> OwnTypes(GeneratorRun run) =>
        run
            .Result.TrackedSteps[ExperimentGenerator.Steps.Vocabulary]
            .SelectMany(s => s.Outputs)
            .SelectMany(o => ((OwnVocabulary)o.Value).Types);

    static string Body(string program) => program[program.IndexOf("static partial class", StringComparison.Ordinal)..];

    static string Unbroken(string program) => Regex.Replace(program, @"(?<=[,(])\s*\n\s*", m => m.Value.StartsWith('(') ? "" : " ");

    static string Spec(GeneratorRun run) => NormalFormTests.Spec(run);
}
