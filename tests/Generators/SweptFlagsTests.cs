namespace DcrDsl.Generators.Tests;

/// <summary>True and false are swept like any value, and none where the option can be unset.</summary>
public class SweptFlagsTests
{
    static GeneratorRun Run(
        string rest,
        string align = "new() { General = ToyWorld.AlignmentGeneral, Refusals = ToyWorld.AlignmentRefusals }"
    )
    {
        var run = GeneratorRun.Of(Declaration.CSharp(arms: "[Arm(\"DCR\")] public static Test Full => new();", rest: rest, align: align));
        Assert.Empty(run.Diagnostics);
        Assert.Empty(run.CompilerDiagnostics.Select(d => d.ToString()));
        return run;
    }

    [Fact]
    public void A_flag_is_a_parameter_that_the_program_asks()
    {
        var run = Run("[Sweep(\"Dcr.TailFreezing\")] public static bool[] Freezing => [true, false];");
        Assert.Contains(
            "var weights = tailFreezing ? model.Decoder.ParametersThrough(layer: 2) : model.Decoder.Parameters;",
            run.File("Test.Program.g.cs")
        );
        Assert.Contains(
            "AxisDefinition.Choices(\"Dcr.TailFreezing\", [ new AxisValue(\"true\", true), new AxisValue(\"false\", false), ])",
            OnOneLine(run.File("Test.Definition.g.cs"))
        );
        Assert.Contains("At(bool tailFreezing)", run.File("Test.Results.g.cs"));
    }

    [Fact]
    public void A_flag_of_an_adapter_reaches_it()
    {
        var run = Run(
            "[Sweep(\"Align.Adapter.RankStabilised\")] public static bool[] Stable => [false, true];",
            "new() { General = ToyWorld.AlignmentGeneral, Refusals = ToyWorld.AlignmentRefusals, Adapter = new Lora() }"
        );
        Assert.Contains("rankStabilised: rankStabilised", run.File("Test.Program.g.cs"));
    }

    [Fact]
    public void None_is_a_value_of_an_option_that_can_be_unset()
    {
        var run = Run(
            """
            [Sweep("Dcr.ClipNorm")] public static double?[] Clips => [1, null];
            [Sweep("Align.MaxResponseTokens")] public static int?[] Cuts => [null, 8];
            [Sweep("Align.Augmentation")] public static PromptSource?[] More => [null, ToyWorld.Augmentation];
            [Sweep("Align.General.Take")] public static int?[] Takes => [100, null];
            """
        );
        string program = run.File("Test.Program.g.cs"),
            definition = run.File("Test.Definition.g.cs");
        Assert.Contains("var norm = clipNorm is { } most ? Gradients.Clip(weights, maxNorm: most) : null;", program);
        Assert.Contains("double? clipNorm", program);
        Assert.Contains("= augmentationChoice is null ? null : run.Load(augmentationChoice, model);", program);
        Assert.Contains("Take = take", program);
        Assert.Contains("new AxisValue(\"none\", null), ]).OrNone()", OnOneLine(definition));
        Assert.Contains("int? maxResponseTokens", program);
        Assert.Contains(
            "At(double? clipNorm, int? maxResponseTokens, string? augmentation, int? take)",
            OnOneLine(run.File("Test.Results.g.cs")).Replace("augmentationChoice", "augmentation")
        );
    }

    [Fact]
    public void Yaml_says_the_same()
    {
        const string CSharp =
            "[Sweep(\"Dcr.ClipNorm\")] public static double?[] Clips => [1, null];\n    [Sweep(\"Dcr.TailFreezing\")] public static "
            + "bool[] Freezing => [true, false];";
        var yaml = GeneratorRun.Of(
            "",
            (
                "test.dcr.yaml",
                Declaration.Yaml(arms: "\n  DCR:", rest: "sweep: { Dcr.clipNorm: [1, none], Dcr.tailFreezing: [true, false] }")
            )
        );
        Assert.Empty(yaml.Diagnostics);
        static string Body(GeneratorRun run) =>
            run.File("Test.Program.g.cs") is var all ? all[all.IndexOf("public static partial class", StringComparison.Ordinal)..] : "";
        Assert.Equal(Body(Run(CSharp)), Body(yaml));
    }

    public static TheoryData<string, string> Mistakes =>
        new()
        {
            {
                "none where there must be a value",
                Declaration.CSharp(rest: "[Sweep(\"Learn.Steps\")] public static int?[] Steps => [100, {|DCR014:null|}];")
            },
            {
                "none for data",
                Declaration.CSharp(
                    rest: "[Sweep(\"Learn.Data\")] public static PromptSource?[] Data => " + "[ToyWorld.Pretraining, {|DCR011:null|}];"
                )
            },
            { "a list", Declaration.CSharp(rest: "[{|DCR008:Sweep(\"Score.Tasks\")|}] public static int[] Tasks => [1];") },
            {
                "a text and its absence of one name",
                Declaration.CSharp(
                    learn: "new() { Data = new PromptFile { Path = \"a.csv\" } }",
                    rest: "[Sweep(\"Learn.Data.ResponseColumn\")] public static string?[] Columns => [null, {|DCR018:\"none\"|}];"
                )
            },
        };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public Task What_cannot_be_swept_is_reported(string mistake, string source)
    {
        Assert.NotEmpty(mistake);
        return DiagnosticVerifier.CSharp(source);
    }

    static string OnOneLine(string code) => System.Text.RegularExpressions.Regex.Replace(code, "\\s+", " ");
}
