using System.Text.RegularExpressions;
using DcrDsl.CodeFixes;
using DcrDsl.Generators.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;

namespace DcrDsl.Generators.Tests;

/// <summary>What the light bulb offers puts right what it stands at, and no more.</summary>
public class CodeFixTests
{
    const string Refinement = "SeeminglyToxic = ToyWorld.RefinementSeeminglyToxic, Toxic = ToyWorld.RefinementToxic",
        Alignment = "General = ToyWorld.AlignmentGeneral, Refusals = ToyWorld.AlignmentRefusals",
        Arms = "[Arm(\"STL\")] public static Test Stl => new() { Dcr = ContrastiveRefinement.None };\n    ";

    /// <summary>The declaration, what is reported, what is offered, and what stands there then in place of what.</summary>
    public static TheoryData<string, string, string, string, string> Fixes =>
        new()
        {
            {
                Declaration.CSharp(type: "public record Test"),
                "DCR001",
                "Make it partial",
                "public record Test",
                "public partial record Test"
            },
            { Declaration.CSharp(type: "record Test"), "DCR001", "Make it partial", "\nrecord Test", "\npartial record Test" },
            { Declaration.CSharp(dcr: $"new() {{ {Refinement}, Layer = 9 }}"), "DCR005", "Change to 4", "Layer = 9", "Layer = 4" },
            {
                Declaration.CSharp(model: "new ToyLlama { Layers = 1 }"),
                "DCR005",
                "Set Layer = 1",
                "Toxic = ToyWorld.RefinementToxic }",
                "Toxic = ToyWorld.RefinementToxic, Layer = 1 }"
            },
            {
                Declaration.CSharp(
                    arms: Arms
                        + "[Arm(\"DCR\")] public static Test Full => new() { Dcr = Declared with { Layer = 9 } };\n"
                        + $"    static ContrastiveRefinement Declared => new() {{ {Refinement} }};"
                ),
                "DCR005",
                "Change to 4",
                "Layer = 9",
                "Layer = 4"
            },
            {
                Declaration.CSharp(rest: "[Sweep(\"Dcr.Layer\")] public static int[] Layers => [1, 6];"),
                "DCR005",
                "Change to 4",
                "[1, 6]",
                "[1, 4]"
            },
            {
                Declaration.CSharp(dcr: $"new() {{ {Refinement}, Objective = new CircleLoss {{ Margin = 1.5 }} }}"),
                "DCR006",
                "Change to 1",
                "Margin = 1.5",
                "Margin = 1"
            },
            {
                Declaration.CSharp(dcr: $"new() {{ {Refinement}, Objective = new CircleLoss {{ Margin = -3 }} }}"),
                "DCR006",
                "Change to -1",
                "Margin = -3",
                "Margin = -1"
            },
            { Declaration.CSharp(dcr: $"new() {{ {Refinement}, Steps = 0 }}"), "DCR006", "Change to 1", "Steps = 0", "Steps = 1" },
            {
                Declaration.CSharp(rest: "[Sweep(\"Dcr.Layr\")] public static int[] Layers => [1, 2];"),
                "DCR008",
                "Change 'Dcr.Layr' to 'Dcr.Layer'",
                "Dcr.Layr",
                "Dcr.Layer"
            },
            {
                Declaration.CSharp(rest: "[Sweep(\"Dcrr.Objective.Margin\")] public static double[] Margins => [0.1, 0.2];"),
                "DCR008",
                "Change 'Dcrr.Objective.Margin' to 'Dcr.Objective.Margin'",
                "Dcrr.",
                "Dcr."
            },
            {
                Declaration.CSharp(
                    align: "new() { General = ToyWorld.AlignmentGeneral, Refusals = ToyWorld.RefinementToxic with { Answers = "
                        + "ToyWorldAnswers.Refusal } }"
                ),
                "DCR012",
                "Set DisjointFrom = [nameof(Dcr)]",
                "ToyWorldAnswers.Refusal } }",
                "ToyWorldAnswers.Refusal }, DisjointFrom = [nameof(Dcr)] }"
            },
            {
                Declaration.CSharp(
                    attributes: "[DcrExperiment(\"test\"), Zip(\"Dcr.Layer\", \"Dcr.Step\")]",
                    rest: "[Sweep(\"Dcr.Layer\")] public static int[] Layers => [1, 2];\n    "
                        + "[Sweep(\"Dcr.Steps\")] public static int[] Steps => [10, 20];"
                ),
                "DCR018",
                "Change 'Dcr.Step' to 'Dcr.Steps'",
                "\"Dcr.Step\"",
                "\"Dcr.Steps\""
            },
            {
                Declaration.CSharp(
                    arms: "[Arm(\"DCR\", Order = [\"Learn\", \"Dcrr\", \"Align\", \"Score\"])] public static Test Full => new();"
                ),
                "DCR019",
                "Change 'Dcrr' to 'Dcr'",
                "Dcrr",
                "Dcr"
            },
            {
                Declaration.CSharp(score: "new() { Tasks = [new PromptTask { Name = \"T\", Prompts = ToyWorld.RefinementToxic }] }"),
                "DCR021",
                "Set InDistribution = true",
                "Prompts = ToyWorld.RefinementToxic }",
                "Prompts = ToyWorld.RefinementToxic, InDistribution = true }"
            },
            {
                Declaration.CSharp(align: $"new() {{ {Alignment}, DisjointFrom = [\"Dcrr\"] }}"),
                "DCR024",
                "Change 'Dcrr' to 'Dcr'",
                "Dcrr",
                "Dcr"
            },
            {
                Declaration.CSharp(
                    align: $"new() {{ {Alignment} }};\n    public PreferenceTuning Prefer {{ get; init; }} = new() {{ Pairs = "
                        + "ToyWorld.PreferencePairs, Reference = \"Algin\" }",
                    arms: "[Arm(\"DPO\")] public static Test Dpo => new();"
                ),
                "DCR028",
                "Change 'Algin' to 'Align'",
                "Algin",
                "Align"
            },
            {
                Declaration.CSharp(model: "new HuggingFace()", score: "new() { Tasks = [ToyWorld.Toxic] }"),
                "DCR060",
                "Set Judge = RefusalJudges.PrefixOrSubstring",
                "Tasks = [ToyWorld.Toxic] }",
                "Tasks = [ToyWorld.Toxic], Judge = RefusalJudges.PrefixOrSubstring }"
            },
            {
                Declaration.CSharp(
                    model: "new HuggingFace()",
                    score: "new()\n    {\n        // What is measured.\n        Tasks = [ToyWorld.Toxic],\n    }"
                ),
                "DCR060",
                "Set Judge = RefusalJudges.PrefixOrSubstring",
                "Tasks = [ToyWorld.Toxic],\n",
                "Tasks = [ToyWorld.Toxic],\n        Judge = RefusalJudges.PrefixOrSubstring,\n"
            },
            {
                Declaration.CSharp(score: "new() { Tasks = [ToyWorld.Toxic], Inference = new() { Family = new() { Arms = [\"DRC\"] } } }"),
                "DCR069",
                "Change 'DRC' to 'DCR'",
                "DRC",
                "DCR"
            },
        };

    [Theory, MemberData(nameof(Fixes))]
    public async Task A_fix_changes_what_is_wrong_and_nothing_else(string source, string id, string title, string wrong, string right)
    {
        Assert.Contains(wrong, source);
        var reported = GeneratorRun.Of(source).Diagnostics.First(d => d.Id == id);
        var action = Assert.Single(await Offered(source, reported));
        Assert.Equal(title, action.Title);
        string changed = await Applied(source, action);
        int at = source.IndexOf(wrong, StringComparison.Ordinal);
        Assert.Equal(source[..at] + right + source[(at + wrong.Length)..], changed);
        Assert.DoesNotContain(GeneratorRun.Of(changed).Diagnostics, d => d.Id == id);
    }

    /// <summary>Of all mistakes that are tested: what carries a remedy is asked for it, and what is offered is C#.</summary>
    [Theory, MemberData(nameof(CSharpDiagnosticsTests.Mistakes), MemberType = typeof(CSharpDiagnosticsTests))]
    public async Task What_carries_a_remedy_is_asked_for_it(string what, string markup)
    {
        Assert.NotEmpty(what);
        string source = Regex.Replace(markup, @"\{\|DCR\d+:|\|\}", "");
        foreach (var reported in GeneratorRun.Of(source).Diagnostics.Where(d => d.Properties.ContainsKey(RemedyKeys.Kind)))
        {
            Assert.True(reported.Location.IsInSource);
            foreach (var action in await Offered(source, reported))
            {
                string changed = await Applied(source, action);
                Assert.NotEqual(source, changed);
                Assert.Empty(
                    CSharpSyntaxTree
                        .ParseText(changed, GeneratorRun.ParseOptions, cancellationToken: TestContext.Current.CancellationToken)
                        .GetDiagnostics(TestContext.Current.CancellationToken)
                );
            }
        }
    }

    /// <summary>A record may be written elsewhere than where the stage is; then the fix is made there, or none is offered.</summary>
    [Theory]
    [InlineData("Tasks = [ToyWorld.Toxic with { Prompts = ToyWorld.RefinementToxic }]", "DCR021", true)]
    [InlineData("Tasks = [Named]", "DCR021", false)]
    public async Task What_is_offered_is_right_wherever_the_record_is_written(string options, string id, bool offered)
    {
        string source = Declaration.CSharp(
            score: $"new() {{ {options} }}",
            rest: "static PromptTask Named => new() { Name = \"T\", Prompts = ToyWorld.RefinementToxic };"
        );
        var reported = GeneratorRun.Of(source).Diagnostics.First(d => d.Id == id);
        var actions = await Offered(source, reported);
        Assert.True(actions.Count > 0 || !offered);
        foreach (var action in actions)
        {
            var after = GeneratorRun.Of(await Applied(source, action));
            Assert.DoesNotContain(after.Diagnostics, d => d.Id == id);
            Assert.DoesNotContain(after.CompilerDiagnostics, d => d.Severity == DiagnosticSeverity.Error);
        }
    }

    [Fact]
    public void Each_diagnostic_that_can_carry_a_remedy_has_a_case_here() =>
        Assert.Equal(
            new RemedyCodeFixProvider().FixableDiagnosticIds.Order(StringComparer.Ordinal),
            Fixes.Select(f => f.Data.Item2).Distinct().Order(StringComparer.Ordinal)
        );

    [Fact]
    public void Diagnostics_stand_in_the_source_so_that_pragmas_suppress_those_that_are_no_errors()
    {
        const string idle = "new() { Data = ToyWorld.Pretraining, Steps = 20 }";
        static IEnumerable<Diagnostic> Reported(string learn) =>
            GeneratorRun.Of(Declaration.CSharp(learn: learn)).Diagnostics.Where(d => d.Id == "DCR046" && !d.IsSuppressed);

        Assert.True(Assert.Single(Reported(idle)).Location.IsInSource);
        Assert.Empty(Reported($"\n#pragma warning disable DCR046\n{idle}\n#pragma warning restore DCR046\n"));
    }

    [Fact]
    public void Help_links_are_whole_addresses() =>
        Assert.All(
            typeof(Descriptors).GetFields().Select(f => (DiagnosticDescriptor)f.GetValue(null)!),
            d => Assert.Equal("https", new Uri(d.HelpLinkUri, UriKind.Absolute).Scheme)
        );

    static async Task<IReadOnlyList<CodeAction>> Offered(string source, Diagnostic diagnostic)
    {
        var provider = new RemedyCodeFixProvider();
        Assert.Contains(diagnostic.Id, provider.FixableDiagnosticIds);
        var actions = new List<CodeAction>();
        using var workspace = new AdhocWorkspace();
        await provider.RegisterCodeFixesAsync(
            new CodeFixContext(
                Document(workspace, source),
                diagnostic,
                (action, _) => actions.Add(action),
                TestContext.Current.CancellationToken
            )
        );
        return actions;
    }

    static async Task<string> Applied(string source, CodeAction action)
    {
        var operations = await action.GetOperationsAsync(TestContext.Current.CancellationToken);
        var solution = operations.OfType<ApplyChangesOperation>().Single().ChangedSolution;
        var document = solution.Projects.Single().Documents.Single();
        return (await document.GetTextAsync(TestContext.Current.CancellationToken)).ToString();
    }

    static Document Document(AdhocWorkspace workspace, string source) =>
        workspace
            .AddProject("Experiments", LanguageNames.CSharp)
            .WithParseOptions(GeneratorRun.ParseOptions)
            .AddDocument("Experiment.cs", source);
}
