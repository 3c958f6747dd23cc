using Microsoft.CodeAnalysis;

namespace DcrDsl.Generators.Tests;

/// <summary>Every way to write a stage, an arm, a sweep or seeds works as C# says, or is an error where it stands; none is passed over in
/// silence.</summary>
public class DeclaredAndNotTakenTests
{
    const string Learn = "public Pretrain Learn { get; init; } = new() { Data = ToyWorld.Pretraining };";

    static string With(string rest, string old = "", string replacement = "") =>
        old.Length == 0
            ? Declaration.CSharp(rest: rest)
            : Declaration.CSharp(rest: rest).Replace(old, replacement, StringComparison.Ordinal);

    static string Learning(string replacement, string rest = "") => With(rest, Learn, replacement);

    public static TheoryData<string, string> NotTaken =>
        new()
        {
            { "a field", Learning("public readonly Pretrain {|DCR040:Learn|} = new() { Data = ToyWorld.Pretraining };") },
            {
                "a value from a constructor",
                Learning(
                    "public Pretrain Learn { get; init; }",
                    "public {|DCR040:Test|}() { Learn = new() { Data = ToyWorld.Pretraining }; }"
                )
            },
            { "a value from a constructor with an expression body", With("public {|DCR040:Test|}() => Learn = Learn with { Steps = 7 };") },
            {
                "a constructor with parameters",
                With("public Test() { }\n    public {|DCR040:Test|}(int steps) => Learn = Learn with { Steps = steps };")
            },
            { "a copy constructor", With("protected {|DCR040:Test|}(Test other) => Learn = other.Align is null ? other.Learn : Learn;") },
            { "a static constructor", With("static {|DCR040:Test|}() { Console.WriteLine(); }") },
            { "a primary constructor", Declaration.CSharp(type: "public partial record Test{|DCR040:(int Steps = 5)|}") },
            { "a positional stage", Declaration.CSharp(type: "public partial record Test{|DCR040:(Pretrain? More = null)|}") },
            {
                "an init accessor that computes",
                Learning(
                    "public Pretrain {|DCR040:Learn|} { get => learn; init => learn = value with { Steps = 7 }; }",
                    "Pretrain {|DCR040:learn|} = new() { Data = ToyWorld.Pretraining };"
                )
            },
            {
                "an init accessor over the compiler's field",
                Learning(
                    "public Pretrain {|DCR040:Learn|} { get; init => field = value with { Steps = 7 }; } = new() { Data = "
                        + "ToyWorld.Pretraining };"
                )
            },
            {
                "a getter over the compiler's field",
                Learning(
                    "public Pretrain {|DCR040:Learn|} { get => field with { Steps = 7 }; init; } = new() { Data = ToyWorld.Pretraining };"
                )
            },
            { "an object", Learning("public object {|DCR040:Learn|} { get; init; } = new Pretrain { Data = ToyWorld.Pretraining };") },
            { "a dynamic", Learning("public dynamic {|DCR040:Learn|} { get; init; } = new Pretrain { Data = ToyWorld.Pretraining };") },
            { "a list of stages", With("public Stage[] {|DCR040:More|} { get; init; } = [];") },
            { "a lazy stage", With("public Lazy<Pretrain>? {|DCR040:More|} { get; init; }") },
            { "a pair of stages", With("public (Pretrain?, Pretrain?) {|DCR040:More|} { get; init; }") },
            {
                "a stage of the user's own",
                Declaration.CSharp(
                    rest: "public Mine? {|DCR040:More|} { get; init; }",
                    after: "public sealed record Mine : TrainingStage { public override string Kind => \"mine\"; }"
                )
            },
            {
                "a stage of an interface",
                Declaration.CSharp(
                    type: "public partial record Test : IHas",
                    rest: "Pretrain? IHas.{|DCR040:More|} => null;",
                    after: "public interface IHas { Pretrain? More { get; } }"
                )
            },
            {
                "a partial property",
                With("public partial Pretrain? {|DCR040:More|} { get; init; }\n    public partial Pretrain? More { get => null; init { } }")
            },
            {
                "a stage of a base record",
                Learning("").Replace("record Test\n", "record Test : {|DCR040:Common|}\n")
                    + "\npublic abstract record Common { "
                    + Learn
                    + " }"
            },
            {
                "a stage of a base record's base",
                Learning("").Replace("record Test\n", "record Test : {|DCR040:Middle|}\n")
                    + "\npublic record Middle : Common;\npublic record Common { "
                    + Learn
                    + " }"
            },
            {
                "an overridden stage",
                Learning(Learn.Replace("public", "public override")).Replace("record Test\n", "record Test : {|DCR040:Common|}\n")
                    + "\npublic abstract record Common { public abstract Pretrain Learn { get; init; } }"
            },
            {
                "a hidden stage",
                Learning(Learn.Replace("public", "public new")).Replace("record Test\n", "record Test : {|DCR040:Common|}\n")
                    + "\npublic record Common { "
                    + Learn
                    + " }"
            },
            { "an arm of an instance", With("[{|DCR041:Arm(\"third\")|}] public Test Third => new();") },
            { "an arm that is null", With("[Arm(\"third\")] public static Test? Third => {|DCR041:null|};") },
            { "an arm of another type", With("[Arm(\"third\")] public static Pretrain Third => {|DCR041:new()|};") },
            { "an arm without value", With("{|DCR002:[Arm(\"third\")] public static Test Third { get { var x = Stl; return x; } }|}") },
            { "an arm that can be set", With("[Arm(\"third\")] public static Test Third { get; set; } = {|DCR002:new()|};") },
            {
                "an arm beside an experiment",
                Declaration.CSharp(after: "public static class Arms { [{|DCR041:Arm(\"third\")|}] public static Test Third => new(); }")
            },
            {
                "an arm within a type of the experiment",
                With("public static class Arms { [{|DCR041:Arm(\"third\")|}] public static Test Third => new(); }")
            },
            { "a sweep of an instance", With("[{|DCR041:Sweep(\"Learn.Steps\")|}] public int[] Steps => [1, 2];") },
            { "a sweep that is null", With("[Sweep(\"Learn.Batch\")] public static int[] Batches => {|DCR041:null!|};") },
            { "a sweep of one value", With("[Sweep(\"Learn.Batch\")] public static int Batches => {|DCR041:3|};") },
            { "seeds of an instance", Declaration.CSharp(seeds: "[{|DCR041:Seeds|}] public int[] Seeds => [0];") },
            {
                "seeds twice",
                Declaration.CSharp(
                    seeds: "[Seeds] public static int[] Seeds => [0];\n    [{|DCR041:Seeds|}] public static " + "int[] Others => [7];"
                )
            },
            { "seeds that are no whole numbers", Declaration.CSharp(seeds: "[Seeds] public static long[] Seeds => {|DCR041:[0, 1]|};") },
            {
                "an exclusion on no experiment",
                Declaration.CSharp(after: "[{|DCR041:Exclude(\"arm\", \"DCR\")|}] public static class Other;")
            },
            {
                "an exclusion with half a pair",
                Declaration.CSharp(attributes: "[DcrExperiment(\"test\"), {|DCR018:Exclude(\"arm\", \"STL\", \"Learn.Steps\")|}]")
            },
            { "an exclusion of nothing", Declaration.CSharp(attributes: "[DcrExperiment(\"test\"), {|DCR018:Exclude|}]") },
            {
                "an exclusion that names a field twice",
                Declaration.CSharp(
                    attributes: "[DcrExperiment(\"test\"), {|DCR018:Exclude(\"Learn.Batch\", 8, \"Learn.Batch\", 9)|}]",
                    rest: "[Sweep(\"Learn.Batch\")] public static int[] Batches => [8, 9];"
                )
            },
        };

    [Theory]
    [MemberData(nameof(NotTaken))]
    public Task It_is_an_error_at_its_place(string what, string source)
    {
        Assert.NotEmpty(what);
        return DiagnosticVerifier.CSharp(source);
    }

    /// <summary>What reads the same has the same program.</summary>
    [Theory]
    [InlineData("public Stage Learn { get; init; } = new Pretrain { Data = ToyWorld.Pretraining };")]
    [InlineData("public TrainingStage? Learn { get; init; } = new Pretrain { Data = ToyWorld.Pretraining };")]
    [InlineData("public Pretrain Learn => new() { Data = ToyWorld.Pretraining };")]
    [InlineData("public Pretrain Learn { get { return new() { Data = ToyWorld.Pretraining }; } }")]
    [InlineData("public Pretrain Learn { get; } = Shared; static readonly Pretrain Shared = new() { Data = ToyWorld.Pretraining };")]
    [InlineData("public required Pretrain Learn { get; init; }")]
    [InlineData("internal Pretrain Learn { get; init; } = new() { Data = ToyWorld.Pretraining }; public Test() { }")]
    public void It_works_as_csharp_says(string declaration)
    {
        string arms = declaration.Contains("required", StringComparison.Ordinal)
            ? "[Arm(\"STL\")] static Test Stl => Full with { Dcr = null! };\n[Arm(\"DCR\")] static Test Full => new() { Learn = new() { "
                + "Data = ToyWorld.Pretraining } };"
            : "[Arm(\"STL\")] static Test Stl => Full with { Dcr = null! };\n[Arm(\"DCR\")] static Test Full { get; } = new();";
        var run = GeneratorRun.Of(Declaration.CSharp(arms: arms).Replace(Learn, declaration));
        Assert.Empty(run.Diagnostics.Where(d => d.Severity > DiagnosticSeverity.Info));
        Assert.Empty(run.CompilerDiagnostics.Select(d => d.ToString()));
        string expected = GeneratorRun.Of(Declaration.CSharp()).File("Test.Program.g.cs");
        Assert.Equal(Loops(expected), Loops(run.File("Test.Program.g.cs")));
    }

    static string Loops(string program) =>
        program[program.IndexOf("public static partial class", StringComparison.Ordinal)..]
            .Replace("RunLearnSTL", "RunLearn")
            .Replace("RunLearnDCR", "RunLearn")
            .Replace("\"LearnDcr\"", "\"Learn\"")
            .Replace("RunLearnDcr", "RunLearn")
            .Replace("\"LearnStl\"", "\"Learn\"")
            .Replace("RunLearnStl", "RunLearn");

    [Theory]
    [InlineData("/** <summary>Which\n * one?</summary> */")]
    [InlineData("/**\n * <summary>\n * Which one?\n * </summary>\n */")]
    [InlineData("// A note.\n/// <summary>Which\n///   one?</summary>\n// Another note.")]
    public void A_summary_is_read_however_it_is_written(string comment) =>
        Assert.Contains(
            "Summary = \"Which one?\"",
            GeneratorRun.Of(Declaration.CSharp().Replace("/// <summary>Is this a test?</summary>", comment)).File("Test.Definition.g.cs")
        );

    [Fact]
    public void Records_of_one_name_in_two_namespaces_are_told_apart()
    {
        string second =
            "namespace Second { "
            + Declaration
                .CSharp()
                .Replace("using DcrDsl.Specs;", "")
                .Replace("\"test\"", "\"second\"")
                .Replace("ToyWorld.Pretraining", "ToyWorld.Pretraining, Steps = 77")
            + " }";
        Assert.Contains("const int steps = 77;", GeneratorRun.Of(Declaration.CSharp(after: second)).File("Second.Test.Program.g.cs"));
    }

    /// <summary>Files of these names would be one, so the second's get another.</summary>
    [Fact]
    public void Experiments_whose_types_differ_in_case_alone_are_both_generated()
    {
        var run = GeneratorRun.Of("", ("a.dcr.yaml", Declaration.Yaml(name: "a-b")), ("b.dcr.yaml", Declaration.Yaml(name: "ab")));
        Assert.Empty(run.Diagnostics);
        Assert.Equal(
            2,
            run.Result.GeneratedSources.Where(s => s.HintName.EndsWith("Program.g.cs", StringComparison.Ordinal))
                .Select(s => s.HintName)
                .Distinct(StringComparer.OrdinalIgnoreCase)
                .Count()
        );
    }

    [Fact]
    public void A_long_chain_of_members_is_reported_and_overflows_nothing()
    {
        string chain =
            string.Concat(Enumerable.Range(0, 2_000).Select(i => $"static Test A{i} => A{i + 1};\n"))
            + "static Test A2000 => new();\n[Arm(\"A\")] public static Test First => A0;";
        var run = GeneratorRun.Of(Declaration.CSharp(rest: chain));
        Assert.Equal("DCR002", Assert.Single(run.Diagnostics).Id);
    }

    [Fact]
    public void Values_may_be_any_list_of_the_platform()
    {
        var run = GeneratorRun.Of(
            Declaration.CSharp(
                rest: "[Sweep(\"Learn.Batch\")] public static IReadOnlyList<int> Batches => [8, .. More];\n    static List<int> "
                    + "More => [9];",
                seeds: "[Seeds] public static IEnumerable<int> Seeds => [3, 5];"
            )
        );
        Assert.Empty(run.Diagnostics);
        string definition = run.File("Test.Definition.g.cs");
        Assert.Contains("AxisValue(\"9\", 9)", definition);
        Assert.Contains("Seeds = [3, 5]", definition);
    }

    /// <summary>A record in several files is the same whatever the files are called; where that would decide an order, it is an
    /// error.</summary>
    [Fact]
    public void A_record_may_lie_in_several_files_as_long_as_their_names_decide_nothing()
    {
        const string Stages =
            "using DcrDsl.Specs;\n/// <summary>Which one?</summary>\n[DcrExperiment(\"test\")]\npublic partial record Test\n{\n    "
            + "public ModelSpec Base { get; init; } = new ToyLlama();\n    "
            + Learn
            + "\n    public EvaluationGrid Score { get; init; } = new() { Tasks = [ToyWorld.Toxic] };\n}";
        const string Arms =
            "using DcrDsl.Specs;\n/// <summary>Another one.</summary>\npublic partial record Test { [Arm(\"b\")] public "
            + "static Test B => new(); [Arm(\"a\")] public static Test A => new() { Learn = Pretrain.None }; [Seeds] public static "
            + "int[] Seeds => [0]; }";
        string[] programs =
        [
            .. new[] { ("A.cs", "B.cs"), ("B.cs", "A.cs") }.Select(names =>
            {
                var run = GeneratorRun.Of(new[] { (names.Item1, Stages), (names.Item2, Arms) }.OrderBy(s => s.Item1));
                Assert.Empty(run.Diagnostics);
                Assert.Contains("Which one?", run.File("Test.Program.g.cs"));
                return run.File("Test.Program.g.cs").Replace(names.Item1, "");
            }),
        ];
        Assert.Equal(programs[0], programs[1]);

        const string Late =
            "using DcrDsl.Specs;\npublic partial record Test { public SupervisedFineTuning Align { get; init; } = new() "
            + "{ General = ToyWorld.AlignmentGeneral, Refusals = ToyWorld.AlignmentRefusals }; }";
        foreach (string late in new[] { "0.cs", "Z.cs" })
        {
            var split = GeneratorRun.Of(new[] { ("A.cs", Stages), ("B.cs", Arms), (late, Late) }.OrderBy(s => s.Item1));
            var error = Assert.Single(split.Diagnostics);
            Assert.Equal(("DCR040", late), (error.Id, error.Location.GetLineSpan().Path));
            Assert.Contains("the other stages stand in A.cs", error.GetMessage(System.Globalization.CultureInfo.InvariantCulture));
        }
    }
}
