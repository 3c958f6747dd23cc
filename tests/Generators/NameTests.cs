using System.Globalization;
using System.Text.RegularExpressions;
using DcrDsl.Generators.Emit;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DcrDsl.Generators.Tests;

/// <summary>
/// Whatever the project and the declaration call their things, what is generated compiles without a warning and means the same.
/// </summary>
public class NameTests
{
    /// <summary>
    /// Types, in the experiment's own namespace, called as all that generated code uses; and an extension method that would take a call of
    /// ours.
    /// </summary>
    const string Ours = """
        public static class Schedules { } public static class Gradients { } public class AdamW { } public static class Math { }
        public class Run { } public class Judges { } public class Tensor { }
        public class Func { } public class Dictionary { } public class Scores { } public class StageRun { } public class RunResults { }
        public class ExperimentDefinition { } public class HiddenStates { }
        public class TextBatches { } public class PairBatches { } public class LanguageModelLoss { } public class ContrastiveLoss { }
        public class AxisValue { } public class SeedEstimate { } public class torch { }
        public class ToyWorldModel { } public class PromptTaskRun { } public class Answers { } public class Probes { }
        public interface IProbe { } public class Judged { } public class AlignmentMixture { } public class NewDisposeScope { }
        public class LanguageModel { } public class Adapters { } public class BaseStage { }
        public static class Extensions { public static global::TorchSharp.torch.Tensor Rows(this global::TorchSharp.torch.Tensor hidden,
            global::TorchSharp.torch.Tensor rows) => hidden; }
        """;

    static readonly string Swept = Declaration.CSharp(
        attributes: "[DcrExperiment(\"test\"), Exclude(\"arm\", \"STL\", \"Learn.Steps\", 20)]",
        align: "new() { General = ToyWorld.AlignmentGeneral, Refusals = ToyWorld.AlignmentRefusals, Adapter = new Lora { Dropout = 0.1 } }",
        rest: "[Sweep(\"Dcr.Pooling\")] public static Pooling[] Poolings => [Pooling.LastPromptToken, Pooling.Mean];\n    "
            + "[Sweep(\"Learn.Steps\")] public static int[] Steps => [10, 20];"
    );

    public static TheoryData<string, string, string> Surroundings =>
        new()
        {
            { "types called as ours in the namespace", "namespace Lab;", Ours },
            { "types called as ours in the namespace around it", "namespace Lab.Deep;", "}\nnamespace Lab {" + Ours },
            { "types called as ours without namespace", "namespace Lab;", "}\nnamespace Other { }\n" + Ours + "namespace Last {" },
            { "neither has a namespace", "", Ours },
            {
                "a namespace called as ours within",
                "namespace Lab;",
                "namespace Specs { class Stage { } } namespace Judges { } namespace DcrDsl { } namespace System { } namespace "
                    + "TorchSharp { }"
            },
            { "a namespace called as ours around it", "namespace Specs.DcrDsl.System.TorchSharp.Lab;", "" },
            { "a namespace of ours", "namespace DcrDsl.Evaluation;", "" },
            { "the namespace that holds ours", "namespace DcrDsl;", "" },
            { "keywords", "namespace @class.@namespace.@record;", "" },
            { "letters beyond ASCII", "namespace Übung.中文;", "" },
        };

    [Theory]
    [MemberData(nameof(Surroundings))]
    public void An_experiment_compiles_among(string what, string space, string beside)
    {
        Assert.NotEmpty(what);
        // The user's own using has to find the vocabulary too.
        string swept = Swept.Replace("using DcrDsl.Specs", "using global::DcrDsl.Specs"),
            declaration = space.Length == 0 ? swept : $"{space[..^1]} {{ {swept} }}";
        var run = GeneratorRun.Of([
            ("Experiment.cs", declaration),
            ("Beside.cs", space.Length == 0 ? beside : $"{space[..^1]} {{ {beside} }}"),
        ]);
        AssertBuilds(run);
        // Where nothing is hidden, nothing is qualified: a program reads as a script.
        if (beside.Length == 0 && !space.StartsWith("namespace DcrDsl", StringComparison.Ordinal))
            Assert.DoesNotContain("global::", Regex.Replace(run.File("Test.Program.g.cs"), "(?m)^using .*$", ""));
    }

    [Theory]
    [InlineData("global using DcrDsl.Specs; global using DcrDsl.Training; global using DcrDsl.Evaluation; global using DcrDsl.Models;")]
    [InlineData("global using Judges = System.String; global using Specs = System.Collections; global using Schedules = System.Int32;")]
    [InlineData("global using Hiding; namespace Hiding { public class AdamW { } public class Judges { } public class StageRun { } }")]
    [InlineData(
        "global using static Hiding; public static class Hiding { public class Gradients { } public static void NewDisposeScope() { } }"
    )]
    public void Global_usings_change_nothing(string usings)
    {
        foreach (string declaration in new[] { Swept, $"namespace Lab {{ {Swept} }}" })
            AssertBuilds(
                GeneratorRun.Of([("Experiment.cs", declaration), ("Global.cs", usings)], ("twin.dcr.yaml", Declaration.Yaml(name: "twin")))
            );
    }

    [Theory]
    [
        InlineData("my-paper", "my_paper"),
        InlineData("2024.dcr", "_2024.dcr"),
        InlineData("dcr lab (2)", "dcr_lab__2_"),
        InlineData("class.namespace", "class.namespace"),
        InlineData("", "")
    ]
    [InlineData("a..b", "a.b"), InlineData("Müller.Straße", "Müller.Straße")]
    public void A_project_may_be_called_as_it_likes(string project, string space)
    {
        var run = GeneratorRun.Of(
            new ProjectSettings { RootNamespace = project },
            [("Experiment.cs", Declaration.CSharp())],
            ("twin.dcr.yaml", Declaration.Yaml(name: "twin"))
        );
        AssertBuilds(run);
        Assert.NotNull(run.Output.GetTypeByMetadataName(space.Length == 0 ? "TwinProgram" : space + ".TwinProgram"));
        Assert.NotNull(run.Output.GetTypeByMetadataName(space.Length == 0 ? "DcrCatalog" : space + ".DcrCatalog"));
    }

    [Fact]
    public void A_project_may_have_no_implicit_usings_no_nullable_and_the_lowest_language_version()
    {
        var bare = new ProjectSettings
        {
            ImplicitUsings = false,
            Nullable = false,
            Language = LanguageVersion.CSharp12,
        };
        AssertBuilds(
            GeneratorRun.Of(
                bare,
                [("Experiment.cs", Swept)],
                (
                    "objectives.dcr.yaml",
                    Declaration.Yaml(
                        name: "objectives",
                        arms: "\n  DCR:",
                        rest: "sweep: { Dcr.objective: [CircleLoss, { type: CircleLoss, margin: 0.4 }] }"
                    )
                )
            )
        );
    }

    [Fact]
    public void A_lower_language_version_is_one_sentence()
    {
        var run = GeneratorRun.Of(
            new ProjectSettings { Language = LanguageVersion.CSharp11 },
            [("Empty.cs", "")],
            ("twin.dcr.yaml", Declaration.Yaml(name: "twin"))
        );
        Assert.Equal(
            "Generated programs are not written in C# 11.0; set LangVersion to 12.0 or higher, or leave it out",
            Assert.Single(run.Diagnostics, d => d.Id == "DCR071").GetMessage(CultureInfo.InvariantCulture)
        );
    }

    /// <summary>
    /// Keywords, members of object, what the methods and classes use themselves, names that differ in case or in characters that the
    /// compiler ignores.
    /// </summary>
    static readonly string[] Awkward =
    [
        "true",
        "class",
        "await",
        "var",
        "record",
        "field",
        "value",
        "nameof",
        "_",
        "run",
        "Run",
        "model",
        "Model",
        "seed",
        "judge",
        "Judge",
        "decoding",
        "arm",
        "ToString",
        "Equals",
        "GetType",
        "GetHashCode",
        "MemberwiseClone",
        "Finalize",
        "ReferenceEquals",
        "TaskMetrics",
        "Tasks",
        "Specs",
        "TaskResults",
        "ArmResults",
        "Toxic",
        "toxic",
        "TOXIC",
        "To\u200dxic",
        "Übung",
        "中文",
        "toxicTask",
        "global",
        "args",
        "x",
        "X",
    ];

    [Fact]
    public void Tasks_may_be_called_as_they_like() =>
        AssertBuilds(
            GeneratorRun.Of(
                "",
                (
                    "test.dcr.yaml",
                    Declaration.Yaml(
                        score: "{ type: EvaluationGrid, decoding: { type: Sampling }, tasks: ["
                            + string.Join(
                                ", ",
                                Awkward.Select((n, i) => $"{{ name: \"{n}\", prompts: {{ from: ToyWorld.ToxicPrompts, take: {i + 1} }} }}")
                            )
                            + "] }"
                    )
                )
            )
        );

    [Fact]
    public void Arms_may_be_called_as_they_like()
    {
        string[] names =
        [
            .. Awkward.Where(n => n is not ("Run" or "Model" or "Judge" or "toxic" or "TOXIC" or "X")),
            "load",
            "results",
            "TestResults",
            "Arm Metrics",
            "stl",
            "STL-",
            "STL arm",
            "!",
            "?",
            "a,b",
            "a b",
            "1",
            "DCR",
            "d c r",
        ];
        var run = GeneratorRun.Of(
            "",
            (
                "test.dcr.yaml",
                Declaration.Yaml(
                    arms: string.Concat(names.Select((n, i) => $"\n  \"{n}\": {{ Learn: {{ steps: {i + 1} }} }}")),
                    rest: "sweep: { Dcr.layer: [1, 2] }"
                )
            )
        );
        AssertBuilds(run);
        Assert.Contains("public RunArmArm RunArm => new(Run);", run.File("Test.Results.g.cs"));
        Assert.Contains("public LoadArmArm LoadArm => new(Run);", run.File("Test.Results.g.cs"));
    }

    [Fact]
    public void Stages_may_be_called_as_each_other_or_as_a_variant_of_each_other() =>
        AssertBuilds(
            GeneratorRun.Of(
                Declaration.CSharp(
                    align: "new() { General = ToyWorld.AlignmentGeneral, Refusals = ToyWorld.AlignmentRefusals };\n    public "
                        + "SupervisedFineTuning AlignStl { get; init; } = new() { General = ToyWorld.AlignmentGeneral, Refusals = "
                        + "ToyWorld.AlignmentRefusals, Epochs = 3 };\n    public SupervisedFineTuning align { get; init; } = new() "
                        + "{ General = ToyWorld.AlignmentGeneral, Refusals = ToyWorld.AlignmentRefusals, Epochs = 4 };\n    public "
                        + "SupervisedFineTuning @class { get; init; } = new() { General = ToyWorld.AlignmentGeneral, Refusals = "
                        + "ToyWorld.AlignmentRefusals, Epochs = 5 }",
                    arms: "[Arm(\"STL\")] public static Test Stl => new() { Align = Full.Align with { Epochs = 9 } };\n    "
                        + "[Arm(\"DCR\")] public static Test Full => new();"
                )
            )
        );

    [Theory]
    [
        InlineData("run"),
        InlineData("@record"),
        InlineData("@class"),
        InlineData("Specs"),
        InlineData("Judges"),
        InlineData("RunResults"),
        InlineData("Arm"),
        InlineData("Run"),
        InlineData("_"),
        InlineData("Ü"),
        InlineData("System")
    ]
    public void Records_may_be_called_as_they_like(string name)
    {
        string declaration = Declaration.CSharp().Replace("record Test", "record " + name).Replace("static Test", "static " + name);
        AssertBuilds(
            GeneratorRun.Of(
                $"namespace Lab {{ {declaration} }}",
                ("run.dcr.yaml", Declaration.Yaml(name: "run")),
                ("arm.dcr.yaml", Declaration.Yaml(name: "arms"))
            )
        );
    }

    [Fact]
    public void Records_whose_names_differ_in_case_or_namespace_only_have_files_of_their_own()
    {
        string Named(string name, string experiment) =>
            Declaration
                .CSharp($"[DcrExperiment(\"{experiment}\")]")
                .Replace("record Test", "record " + name)
                .Replace("static Test", "static " + name);
        var run = GeneratorRun.Of(
            $"namespace A {{ {Named("Test", "one")} }} namespace B {{ "
                + $"{Named("Test", "two").Replace("ToyWorld.Pretraining", "ToyWorld.Pretraining, Steps = 7")} }} namespace A {{ "
                + $"{Named("TEST", "three")} }}"
        );
        AssertBuilds(run);
        Assert.Equal(10, run.Result.GeneratedSources.Length);
        Assert.Contains("const int steps = 7;", run.File("B.Test.Program.g.cs"));
        Assert.Contains("const int steps = 600;", run.File("A.Test.Program.g.cs"));
    }

    [Fact]
    public void A_name_of_any_length_gives_a_file_that_a_disk_can_hold()
    {
        var run = GeneratorRun.Of(
            "",
            ("long.dcr.yaml", Declaration.Yaml(name: new string('a', 400))),
            ("longer.dcr.yaml", Declaration.Yaml(name: new string('a', 401)))
        );
        AssertBuilds(run);
        Assert.All(run.Result.GeneratedSources, s => Assert.InRange(s.HintName.Length, 1, 200));
    }

    [Theory]
    [InlineData("class TestResults { }"), InlineData("class TestProgram { }"), InlineData("enum TestResults { }")]
    public void A_type_that_the_project_has_already_is_an_error_at_the_experiment(string own)
    {
        var run = GeneratorRun.Of(Declaration.CSharp(after: own), ("twin.dcr.yaml", Declaration.Yaml(name: "twin")));
        var error = Assert.Single(run.Diagnostics, d => d.Severity == DiagnosticSeverity.Error);
        Assert.Equal("DCR070", error.Id);
        Assert.Equal(
            "\"test\"",
            error.Location.SourceTree!.ToString().Substring(error.Location.SourceSpan.Start, error.Location.SourceSpan.Length)
        );
        Assert.Contains("TwinProgram", run.File("DcrCatalog.g.cs"));
        Assert.Empty(run.BuildDiagnostics.Select(d => d.ToString()));
    }

    [Fact]
    public void A_catalog_that_the_project_has_already_is_an_error()
    {
        var run = GeneratorRun.Of(Declaration.CSharp(after: "namespace Experiments { class DcrCatalog { } }"));
        Assert.Equal(
            "DCR070: The generator would add the type 'Experiments.DcrCatalog', which the project declares already; rename one of the two",
            Assert.Single(run.Diagnostics.Select(d => $"{d.Id}: {d.GetMessage(CultureInfo.InvariantCulture)}"))
        );
    }

    [Fact]
    public void A_part_of_the_program_by_the_user_joins_it() =>
        AssertBuilds(
            GeneratorRun.Of(
                Declaration.CSharp(after: "/// <summary>Mine.</summary>\npublic static partial class TestProgram { static int Mine => 1; }")
            )
        );

    [Fact]
    public void A_value_that_is_no_member_of_its_enumeration_is_an_error_at_that_value() =>
        Assert.Contains(
            "DCR014",
            GeneratorRun
                .Of(
                    Declaration.CSharp(
                        dcr: "new() { SeeminglyToxic = ToyWorld.RefinementSeeminglyToxic, Toxic = ToyWorld.RefinementToxic with { Class "
                            + "= (PromptClass)42 } }"
                    )
                )
                .Diagnostics.Select(d => d.Id)
        );

    /// <summary>
    /// The lists of names that the generated methods use are complete: a swept field or task of such a name would otherwise meet it.
    /// </summary>
    [Fact]
    public void The_names_that_methods_use_themselves_are_those_reserved()
    {
        string[] ofTraining = [.. StageEmitter.All.Where(e => e.Methods[0].Shape == StageShape.Train).SelectMany(e => e.Locals).Distinct()],
            known = [.. StageScope.OfAll, .. StageEmitter.All.SelectMany(e => e.Locals)];
        var programs = Directory
            .GetFiles(Path.Combine(Snapshot.Project, "Snapshots"), "*.Program.verified.cs")
            .Concat(Directory.GetFiles(Path.Combine(Snapshot.Project, "..", "..", "experiments", "Generated"), "*.Program.g.cs"))
            .Select(f => CSharpSyntaxTree.ParseText(File.ReadAllText(f)).GetRoot())
            .ToList();
        var declared = programs
            .SelectMany(p => p.DescendantNodes().OfType<MethodDeclarationSyntax>())
            .SelectMany(m =>
                m.DescendantNodes()
                    .Select(n =>
                        n switch
                        {
                            VariableDeclaratorSyntax local => local.Identifier.ValueText,
                            SingleVariableDesignationSyntax local => local.Identifier.ValueText,
                            _ => null,
                        }
                    )
                    .OfType<string>()
                    .Where(_ => m.ReturnType.ToString() == "void")
            )
            .ToHashSet();
        Assert.Empty(declared.Except(known).Except(["refined"]));
        Assert.Empty(ofTraining.Except(declared).Except(["most"])); // of a swept ClipNorm that may be none
    }

    static void AssertBuilds(GeneratorRun run)
    {
        Assert.Empty(run.Diagnostics.Where(d => d.Severity >= DiagnosticSeverity.Warning).Select(d => d.ToString()));
        Assert.Empty(run.BuildDiagnostics.Where(d => d.Id is not ("CS8981" or "CS1587")).Select(d => d.ToString()));
    }
}
