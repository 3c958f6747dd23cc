using System.Globalization;
using Microsoft.CodeAnalysis;

namespace DcrDsl.Generators.Tests;

/// <summary>What is wrong with a record of the user's is said at the record, and where it is used only that it is wrong.</summary>
public class OwnVocabularyDiagnosticsTests
{
    const string Functions = """
        static class Losses
        {
            public static Tensor Fine(Tensor z, Tensor labels) => z;
            public static Tensor Margin(Tensor z, Tensor labels, double margin) => z;
            public static Tensor Whole(Tensor z, Tensor labels, int margin) => z;
            public static Tensor More(Tensor z, Tensor labels, double margin, double scale) => z;
            public static double Number(Tensor z, Tensor labels) => 0;
            public static Tensor One(Tensor z, int labels) => z;
            static Tensor Hidden(Tensor z, Tensor labels) => z;
            public static Tensor Generic<T>(Tensor z, Tensor labels) => z;
        }
        class Instance { public Tensor Fine(Tensor z, Tensor labels) => z; }
        """;

    public static TheoryData<string, string> Mistakes =>
        new()
        {
            { "sound", "[RuntimeCall(\"Losses.Fine\")] record Own : ContrastiveObjective;" },
            { "no record", "[RuntimeCall(\"Losses.Fine\")] class {|DCR080:Own|};" },
            { "of no open family", "[RuntimeCall(\"Losses.Fine\")] record {|DCR080:Own|} : Comparison;" },
            { "abstract", "[RuntimeCall(\"Losses.Fine\")] abstract record {|DCR080:Own|} : ContrastiveObjective;" },
            { "generic", "[RuntimeCall(\"Losses.Fine\")] record {|DCR080:Own|}<T> : ContrastiveObjective;" },
            { "private", "class Outer { [RuntimeCall(\"Losses.Fine\")] record {|DCR080:Own|} : ContrastiveObjective; }" },
            { "of one file", "[RuntimeCall(\"Losses.Fine\")] file record {|DCR080:Own|} : ContrastiveObjective;" },
            {
                "without a plain constructor",
                "[RuntimeCall(\"Losses.Margin\")] record {|DCR080:Own|}(double Margin) : ContrastiveObjective;"
            },
            {
                "a constructor that sets options",
                "[RuntimeCall(\"Losses.Margin\")] record {|DCR080:Own|} : ContrastiveObjective { public Own() { Margin = 1; } "
                    + "public double Margin { get; init; } }"
            },
            {
                "an array",
                "[RuntimeCall(\"Losses.Fine\")] record Own : ContrastiveObjective { public double[] {|DCR081:Weights|} "
                    + "{ get; init; } = []; }"
            },
            {
                "a record within",
                "[RuntimeCall(\"Losses.Fine\")] record Own : ContrastiveObjective { public Split {|DCR081:Part|} { get; init; } = new(); }"
            },
            {
                "an internal enumeration",
                "enum Mode { A } [RuntimeCall(\"Losses.Fine\")] record Own : ContrastiveObjective { public Mode {|DCR081:Mode|} "
                    + "{ get; init; } }"
            },
            {
                "a required option",
                "[RuntimeCall(\"Losses.Margin\")] record Own : ContrastiveObjective { public required double {|DCR081:Margin|} "
                    + "{ get; init; } }"
            },
            {
                "an internal option",
                "[RuntimeCall(\"Losses.Margin\")] record Own : ContrastiveObjective { internal double {|DCR081:Margin|} { get; init; } }"
            },
            {
                "an option that hides one of the family",
                "[RuntimeCall(\"Rates.Flat\")] record Own : Schedule { public new int {|DCR081:Warmup|} { get; init; } } "
                    + "static class Rates { public static double Flat(int step, double peak, int warmup) => peak; }"
            },
            {
                "a default without value",
                "[RuntimeCall(\"Losses.Margin\")] record Own : ContrastiveObjective { public double Margin { get; init; } "
                    + "= {|DCR002:Math.Sqrt(2)|}; }"
            },
            {
                "an accessor that computes",
                "[RuntimeCall(\"Losses.Margin\")] record Own : ContrastiveObjective { {|DCR002:public double Margin { get "
                    + "=> field; init => field = value / 2; } = 1;|} }"
            },
            { "no such type", "[{|DCR082:RuntimeCall(\"Lost.Fine\")|}] record Own : ContrastiveObjective;" },
            { "no such function", "[{|DCR082:RuntimeCall(\"Losses.Lost\")|}] record Own : ContrastiveObjective;" },
            { "no function at all", "[{|DCR082:RuntimeCall(\"\")|}] record Own : ContrastiveObjective;" },
            { "not static", "[{|DCR082:RuntimeCall(\"Instance.Fine\")|}] record Own : ContrastiveObjective;" },
            { "type parameters", "[{|DCR082:RuntimeCall(\"Losses.Generic\")|}] record Own : ContrastiveObjective;" },
            { "not accessible", "[{|DCR082:RuntimeCall(\"Losses.Hidden\")|}] record Own : ContrastiveObjective;" },
            {
                "an argument is missing",
                "[{|DCR083:RuntimeCall(\"Losses.Fine\")|}] record Own : ContrastiveObjective { public double Margin { get; init; } }"
            },
            {
                "an argument of another type",
                "[{|DCR083:RuntimeCall(\"Losses.Whole\")|}] record Own : ContrastiveObjective { public double Margin { get; init; } }"
            },
            {
                "an argument that cannot be left out",
                "[{|DCR083:RuntimeCall(\"Losses.Margin\")|}] record Own : ContrastiveObjective { public double? Margin { get; init; } }"
            },
            {
                "a parameter that nobody gives",
                "[{|DCR083:RuntimeCall(\"Losses.More\")|}] record Own : ContrastiveObjective { public double Margin { get; init; } }"
            },
            { "another result", "[{|DCR083:RuntimeCall(\"Losses.Number\")|}] record Own : ContrastiveObjective;" },
            { "another second parameter", "[{|DCR083:RuntimeCall(\"Losses.One\")|}] record Own : Pooling;" },
            {
                "a schedule without warm-up",
                "[{|DCR083:RuntimeCall(\"Rates.Flat\")|}] record Own : Schedule; static class Rates { public "
                    + "static double Flat(int step, double peak) => peak; }"
            },
            {
                "an optimiser that is none",
                "[{|DCR083:RuntimeCall(\"Descent\")|}] record Own : Optimiser; class Descent(IEnumerable<Tensor> weights) { "
                    + "public IEnumerable<Tensor> Weights => weights; }"
            },
            {
                "a judge that is none",
                "[{|DCR083:RuntimeCall(\"Verdicts.Word\")|}] record Own : JudgeSpec; static class Verdicts { public "
                    + "static string Word() => \"\"; }"
            },
            {
                "prompts without a seed",
                "[{|DCR083:RuntimeCall(\"Sources.Read\")|}] record Own : PromptSource { public override bool HasAnswers => true; "
                    + "public override bool MayOverlap(PromptSource other) => true; } static class Sources { public "
                    + "static IReadOnlyList<DcrDsl.Data.Example> Read() => []; }"
            },
            {
                "whether prompts have answers is computed",
                "[RuntimeCall(\"Sources.Read\")] record Own : PromptSource { public override bool HasAnswers "
                    + "=> {|DCR002:Take > 3|}; public override bool MayOverlap(PromptSource other) => true; } static class Sources { "
                    + "public static IReadOnlyList<DcrDsl.Data.Example> Read(ulong seed) => []; }"
            },
        };

    [Theory, MemberData(nameof(Mistakes))]
    public async Task A_mistake_is_reported_at_the_record(string what, string source)
    {
        Assert.NotEmpty(what);
        await DiagnosticVerifier.CSharp($"using DcrDsl.Specs; using static TorchSharp.torch; namespace Lab;\n{source}\n{Functions}");
    }

    const string Sound = """
        using static TorchSharp.torch;
        namespace Lab;
        [RuntimeCall("Losses.Margin")] public record Own : ContrastiveObjective { [Range(0, 1)] public double Margin { get; init; } = 0.5; }
        [RuntimeCall("Losses.Lost")] public record Broken : ContrastiveObjective;
        public record Unmarked : ContrastiveObjective;
        """;

    static string With(string objective) =>
        $"new() {{ SeeminglyToxic = ToyWorld.RefinementSeeminglyToxic, Toxic = ToyWorld.RefinementToxic, Objective = {objective} }}";

    /// <summary>What is wrong with the use of a record is said where it is used.</summary>
    [Theory]
    [InlineData("new Lab.Own { Margin = 2 }", "DCR006", "2")]
    [InlineData("new Lab.Own { Margin = Math.Sqrt(2) }", "DCR002", "Math.Sqrt(2)")]
    [InlineData("new Lab.Broken()", "DCR002", "new Lab.Broken()")]
    [InlineData("new Lab.Unmarked()", "DCR002", "new Lab.Unmarked()")]
    public void A_wrong_use_is_reported_where_it_stands(string objective, string id, string place)
    {
        string source = Declaration.CSharp(dcr: With(objective));
        var run = GeneratorRun.Of([("Experiment.cs", source), ("Own.cs", "using DcrDsl.Specs;" + Sound + Functions)]);
        var found = Assert.Single(run.Diagnostics.Where(d => d.Location.GetLineSpan().Path == "Experiment.cs"));
        Assert.Equal(id, found.Id);
        Assert.Equal(place, source.Substring(found.Location.SourceSpan.Start, found.Location.SourceSpan.Length));
    }

    [Theory]
    [InlineData("{ type: Own, margin: 2 }", "DCR006: margin is 2; it must be from 0 to 1")]
    [InlineData("{ type: Own, margn: 1 }", "DCR013: 'margn' is not an option of Own; did you mean 'margin'?")]
    [InlineData("{ type: Own, margin: big }", "DCR014: 'big' is not what is wanted here, numbers")]
    [InlineData("Onw", "DCR014: 'Onw' is not a ContrastiveObjective; did you mean 'Own'?")]
    [InlineData("Broken", "DCR014: 'Broken' is not a ContrastiveObjective that can be used; its declaration says why")]
    public void A_wrong_use_in_yaml_is_reported_where_it_stands(string objective, string message)
    {
        var run = GeneratorRun.Of(
            [("Own.cs", "using DcrDsl.Specs;" + Sound + Functions)],
            (
                "test.dcr.yaml",
                Declaration.Yaml(
                    dcr: "{ type: ContrastiveRefinement, seeminglyToxic: ToyWorld.RefinementSeeminglyToxic, "
                        + $"toxic: ToyWorld.RefinementToxic, objective: {objective} }}"
                )
            )
        );
        var found = Assert.Single(run.Diagnostics.Where(d => d.Location.GetLineSpan().Path == "test.dcr.yaml"));
        Assert.Equal(message, $"{found.Id}: {found.GetMessage(CultureInfo.InvariantCulture)}");
    }

    /// <summary>The message shows the call, so that the function can be written after it.</summary>
    [Fact]
    public void The_message_shows_the_call()
    {
        var run = GeneratorRun.Of(
            "using DcrDsl.Specs; using static TorchSharp.torch; namespace Lab;\n"
                + "[RuntimeCall(\"Losses.Fine\")] record Own : ReducedObjective { public double Margin { get; init; } }\n"
                + Functions
        );
        Assert.Equal(
            "'Own' has 'Losses.Fine' called as (Tensor, Tensor, margin: double, reducer: LossReducer?) → Tensor, but it has no parameter "
                + "'margin' for the option Margin",
            Assert.Single(run.Diagnostics).GetMessage(CultureInfo.InvariantCulture)
        );
    }
}
