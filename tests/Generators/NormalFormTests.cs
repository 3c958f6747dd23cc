using System.Reflection;
using System.Runtime.Loader;
using System.Text.RegularExpressions;
using DcrDsl.Definition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DcrDsl.Generators.Tests;

/// <summary>What <c>show --spec</c> prints is a YAML declaration of the same experiment.</summary>
public class NormalFormTests
{
    static readonly string Experiments = Path.GetFullPath(Path.Combine(Snapshot.Project, "..", "..", "experiments"));

    // A loss and stages of the experiments' own are no experiments; they stand beside those that use them.
    static readonly string[] Beside = ["CosineHingeLoss.cs", Path.Combine("paper", "RealStages.cs")];

    public static TheoryData<string> Files =>
        [
            .. Directory
                .EnumerateFiles(Experiments, "*", SearchOption.AllDirectories)
                .Where(f => Regex.IsMatch(f, @"\.(cs|dcr\.yaml)$") && !Regex.IsMatch(f, @"[\\/](obj|bin|Generated)[\\/]|Program\.cs$"))
                .Select(f => Path.GetRelativePath(Experiments, f)),
        ];

    [Theory]
    [MemberData(nameof(Files))]
    public void Of_the_experiments(string file)
    {
        string text = File.ReadAllText(Path.Combine(Experiments, file));
        if (Beside.Contains(file))
            return;
        (string, string)[] own = [.. Beside.Select(f => (f, File.ReadAllText(Path.Combine(Experiments, f))))];
        AssertSame(
            file.EndsWith(".cs", StringComparison.Ordinal) ? GeneratorRun.Of([(file, text), .. own]) : GeneratorRun.Of(own, (file, text)),
            own
        );
    }

    [Theory]
    [MemberData(nameof(SnapshotTests.Declarations), MemberType = typeof(SnapshotTests))]
    public void Of_what_the_snapshots_show(string csharp, string yaml) =>
        AssertSame(yaml.Length > 0 ? GeneratorRun.Of("", ("test.dcr.yaml", yaml)) : GeneratorRun.Of(csharp));

    [Theory]
    [MemberData(nameof(TwinTests.Twins), MemberType = typeof(TwinTests))]
    public void Of_twins_and_equal_for_both(string what, string csharp, string yaml)
    {
        Assert.NotEmpty(what);
        Assert.Equal(AssertSame(GeneratorRun.Of(csharp)), AssertSame(GeneratorRun.Of("", ("test.dcr.yaml", yaml))));
    }

    [Fact]
    public void Of_texts_that_look_like_something_else_and_stages_that_only_an_arm_has() =>
        AssertSame(
            GeneratorRun.Of(
                Declaration.CSharp(
                    attributes: "[DcrExperiment(\"null\"), Zip(\"Base.Layers\", \"Dcr.Layer\"), Zip(\"Align.LearningRate\", "
                        + "\"Align.Epochs\"), Exclude(\"arm\", \"none\", \"Dcr.Layer\", 2), Exclude(\"Align.LearningRate\", 1e-5)]",
                    dcr: "ContrastiveRefinement.None",
                    learn: "new() { Data = new PromptFile { Path = \"none\", PromptColumn = \"~\", WhereColumn = \"<<\", WhereValue = "
                        + "\" a: #b\\n\\tc\\u2028 \", ResponseColumn = \"\", Layout = PromptLayout.Columns } }",
                    align: "new() { General = ToyWorld.AlignmentGeneral, Refusals = ToyWorld.AlignmentRefusals, ClipNorm = null, "
                        + "DisjointFrom = [nameof(Dcr)] }",
                    score: "new() { Judge = new RefusalPhrases { Openings = [\"I can't\", \"- no\", \"'\", \"\\\"\", \"null\", \"1\", "
                        + "\"true\", \"ü中😀\", \"# x\", \"a, b\", \"[x]\", \"{y}\", \"@z\"] }, Tasks = [ToyWorld.SeeminglyToxic, "
                        + "ToyWorld.Toxic] }",
                    arms: """
                    [Arm("none")] public static Test None =>
                        new() { Dcr = new() { SeeminglyToxic = ToyWorld.RefinementSeeminglyToxic, Toxic = ToyWorld.RefinementToxic,
                        Layer = 1 } };
                    /// <summary>A "summary": with # all, of it.</summary>
                    [Arm("<<, a: b # c\n\u0085d")] public static Test Odd =>
                        None with { Base = new ToyLlama { Width = 32 }, Align = SupervisedFineTuning.None };
                    [Arm("late", Order = [nameof(Align), nameof(Learn), nameof(Dcr), nameof(Score)])] public static Test Late =>
                        None with { Align = new() { General = ToyWorld.AlignmentGeneral, RefusalShare = 0 } };
                    [Arm("1")] public static Test One => new() { Learn = Pretrain.None };
                    """,
                    rest: """
                    [Sweep("Base.Layers")] public static int[] Depths => [3, 4];
                    [Sweep("Dcr.Layer")] public static int[] Layers => [1, 2];
                    [Sweep("Align.LearningRate")] public static double[] Rates => [1e-5, 3e20];
                    [Sweep("Align.Epochs")] public static int[] Epochs => [1, 2];
                    """
                )
            )
        );

    /// <summary>Makes YAML of the only experiment, makes the experiment of the YAML, and compares; gives the YAML.</summary>
    static string AssertSame(GeneratorRun first, params (string Path, string Text)[] own)
    {
        Assert.Empty(first.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).Select(d => d.ToString()));
        string spec = Spec(first);
        Assert.Empty(YamlSchema.Of(first).Problems(spec));
        var second = GeneratorRun.Of(own, ("again.dcr.yaml", spec));
        Assert.Empty(second.Diagnostics.Where(d => d.Severity >= DiagnosticSeverity.Warning).Select(d => d.ToString()));
        Assert.Equal(spec, Spec(second));
        Assert.Equal(Methods(first, ".Program.g.cs"), Methods(second, ".Program.g.cs"));
        Assert.Equal(Methods(first, ".Definition.g.cs"), Methods(second, ".Definition.g.cs"));
        Assert.Empty(second.BuildDiagnostics.Select(d => d.ToString()));
        return spec;
    }

    /// <summary>What the compiled program says of itself.</summary>
    internal static string Spec(GeneratorRun run)
    {
        using var library = new MemoryStream();
        Assert.Empty(run.Output.Emit(library).Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).Select(d => d.ToString()));
        library.Position = 0;
        var context = new AssemblyLoadContext(null, isCollectible: true);
        try
        {
            var program = context.LoadFromStream(library).GetTypes().Single(t => t.Name.EndsWith("Program", StringComparison.Ordinal));
            return ((ExperimentDefinition)program.GetProperty("Definition")!.GetValue(null)!).Spec;
        }
        finally
        {
            context.Unload();
        }
    }

    /// <summary>
    /// The methods, without the name of the file and with accessibility and the type's own name alike: a YAML file has neither record nor
    /// access.
    /// </summary>
    static IEnumerable<string> Methods(GeneratorRun run, string ending) =>
        Tree(run, ending)
            .DescendantNodes()
            .OfType<MethodDeclarationSyntax>()
            .Select(m => Regex.Replace(m.ToFullString().Replace("\r", ""), "DeclaredIn = .*", ""));

    static SyntaxNode Tree(GeneratorRun run, string ending) =>
        run.Result.GeneratedSources.Single(s => s.HintName.EndsWith(ending, StringComparison.Ordinal)).SyntaxTree.GetRoot();
}
