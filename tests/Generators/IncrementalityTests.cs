using DcrDsl.Generators.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace DcrDsl.Generators.Tests;

/// <summary>An edit that does not concern an experiment recomputes nothing of it.</summary>
public class IncrementalityTests
{
    static readonly string[] Steps =
    [
        ExperimentGenerator.Steps.Records,
        ExperimentGenerator.Steps.Vocabulary,
        ExperimentGenerator.Steps.Yaml,
        ExperimentGenerator.Steps.Experiment,
        ExperimentGenerator.Steps.Catalog,
        ExperimentGenerator.Steps.RootNamespace,
    ];

    static GeneratorRun First(string after = "") =>
        GeneratorRun.Of(
            [("Experiment.cs", Declaration.CSharp(after: after)), ("Other.cs", "class Other { int x = 1; }")],
            ("twin.dcr.yaml", Declaration.Yaml(name: "twin"))
        );

    [Fact]
    public void Nothing_changes_when_nothing_changed() => AssertUnchanged(First().Again());

    [Fact]
    public void An_edit_in_another_file_changes_nothing() => AssertUnchanged(First().Again(c => Replace(c, "Other.cs", "x = 1", "x = 2")));

    [Fact]
    public void An_edit_elsewhere_in_the_same_file_changes_nothing() =>
        AssertUnchanged(
            First()
                .Again(c => Replace(c, "Experiment.cs", "using DcrDsl.Specs;", "using DcrDsl.Specs;\n// A line above moves everything.\n"))
        );

    [Fact]
    public void A_comment_in_the_yaml_file_changes_nothing()
    {
        var first = First();
        AssertUnchanged(
            first.Again(drive: driver =>
                driver.ReplaceAdditionalText(
                    first.Yaml.Single(),
                    new GeneratorRun.YamlFile("twin.dcr.yaml", "# A comment.\n" + Declaration.Yaml(name: "twin"))
                )
            )
        );
    }

    [Fact]
    public void A_value_in_the_yaml_file_changes_its_experiment_only()
    {
        var first = First();
        var again = first.Again(drive: driver =>
            driver.ReplaceAdditionalText(
                first.Yaml.Single(),
                new GeneratorRun.YamlFile(
                    "twin.dcr.yaml",
                    Declaration.Yaml(name: "twin", learn: "{ type: Pretrain, data: ToyWorld.Pretraining, steps: 7 }")
                )
            )
        );
        Assert.Equal([IncrementalStepRunReason.Modified], Reasons(again, ExperimentGenerator.Steps.Yaml).Distinct());
        Assert.All(Reasons(again, ExperimentGenerator.Steps.Records), AssertSame);
        Assert.All(Reasons(again, ExperimentGenerator.Steps.Catalog), AssertSame);
        Assert.Contains("const int steps = 7;", again.File("Twin.Program.g.cs"));
    }

    [Fact]
    public void A_value_in_the_record_changes_the_program()
    {
        var again = First()
            .Again(c => Replace(c, "Experiment.cs", "Data = ToyWorld.Pretraining", "Data = ToyWorld.Pretraining, Steps = 9"));
        Assert.Contains(IncrementalStepRunReason.Modified, Reasons(again, ExperimentGenerator.Steps.Records));
        Assert.Contains("const int steps = 9;", again.File("Test.Program.g.cs"));
    }

    /// <summary>
    /// What a record means may change with another file: a constant it reads, or a type that now hides one of the vocabulary.
    /// </summary>
    [Fact]
    public void A_record_is_read_again_when_what_it_depends_on_changes()
    {
        var run = GeneratorRun.Of([
            ("Experiment.cs", Declaration.CSharp(learn: "new() { Data = ToyWorld.Pretraining, Steps = Shared.Steps * 2 }")),
            ("Other.cs", "static class Shared { public const int Steps = 5; }"),
        ]);
        Assert.Contains("const int steps = 10;", run.File("Test.Program.g.cs"));
        var edited = run.Again(c => Replace(c, "Other.cs", "Steps = 5", "Steps = 6"));
        Assert.Contains("const int steps = 12;", edited.File("Test.Program.g.cs"));

        var named = GeneratorRun.Of([
            ("Experiment.cs", Declaration.CSharp(attributes: "[DcrExperiment(Shared.Name)]")),
            ("Other.cs", "static class Shared { public const string Name = \"one\"; }"),
        ]);
        Assert.Contains("two", named.Again(c => Replace(c, "Other.cs", "one", "two")).File("Test.Definition.g.cs"));

        var plain = First();
        Assert.Empty(plain.Diagnostics);
        var hidden = plain.Again(c => Replace(c, "Other.cs", "class Other", "record ToyLlama; class Other"));
        Assert.Contains(hidden.Diagnostics, d => d.Id == "DCR002");
    }

    /// <summary>Nothing of a record is bound after an edit in another file, not even its attribute.</summary>
    [Fact]
    public void A_record_is_looked_up_by_its_file()
    {
        var run = First();
        var before = Marked(run.Input).Single();
        var edited = Replace(run.Input, "Other.cs", "x = 1", "x = 2");
        Assert.Same(before, Marked(edited).Single());
        Assert.NotSame(before, Marked(Replace(edited, "Other.cs", "class Other", "class Another")).Single());
        Assert.DoesNotContain(ExperimentGenerator.Steps.Aliased, run.Result.TrackedSteps.Keys);
    }

    [Theory]
    [InlineData("using Trial = DcrDsl.Specs.DcrExperimentAttribute;", "")]
    [InlineData("", "global using Trial = DcrDsl.Specs.DcrExperimentAttribute;")]
    public void An_attribute_under_another_name_is_found(string here, string elsewhere)
    {
        var run = GeneratorRun.Of([
            ("Experiment.cs", Declaration.CSharp(attributes: "[Trial(\"test\")]", before: here)),
            ("Other.cs", elsewhere + "class Other { int x = 1; }"),
        ]);
        Assert.Empty(run.Diagnostics);
        Assert.Single(run.Result.TrackedSteps[ExperimentGenerator.Steps.Aliased]);
        var again = run.Again(c => Replace(c, "Other.cs", "x = 1", "x = 2"));
        Assert.All(Reasons(again, ExperimentGenerator.Steps.Records), AssertSame);
        Assert.Empty(Marked(run.Input));
        Assert.Contains("const int steps = 9;", run.Again(Nine).File("Test.Program.g.cs"));

        static Compilation Nine(Compilation c) =>
            Replace(c, "Experiment.cs", "Data = ToyWorld.Pretraining", "Data = ToyWorld.Pretraining, Steps = 9");
    }

    /// <summary>Whose attribute it is may change with another file.</summary>
    [Fact]
    public void An_attribute_that_is_merely_called_so_marks_nothing()
    {
        const string Foreign = "namespace Lab { class DcrExperimentAttribute(string name) : System.Attribute; }";
        var run = GeneratorRun.Of([("Experiment.cs", Declaration.CSharp(before: "namespace Lab;")), ("Other.cs", Foreign)]);
        Assert.Empty(Marked(run.Input));
        Assert.Empty(Marked(Replace(run.Input, "Other.cs", "(string name)", "(string name, int x = 0)")));
        Assert.NotEmpty(Marked(Replace(run.Input, "Other.cs", "namespace Lab", "namespace Elsewhere")));
    }

    static IEnumerable<Compiled> Marked(Compilation compilation) => Compiled.FromMarked(compilation, TestContext.Current.CancellationToken);

    /// <summary>Binding the members of every experiment after each edit was four fifths of what an edit cost.</summary>
    [Fact]
    public void Arms_of_an_experiment_are_not_bound_to_see_whether_they_stray()
    {
        var run = First(after: "static class Arms { [Arm(\"third\")] public static Test Third => new(); }");
        Assert.Single(run.Result.TrackedSteps[ExperimentGenerator.Steps.Stray]);
        Assert.Single(run.Diagnostics, d => d.Id == "DCR041");
    }

    const string Own = """
        using DcrDsl.Specs;
        using static TorchSharp.torch;
        namespace Lab;
        [RuntimeCall("Losses.Margin")]
        public record OwnLoss : ContrastiveObjective
        {
            public double Margin { get; init; } = Losses.Usual;
        }
        static class Losses
        {
            public const double Usual = 0.5;
            public static Tensor Margin(Tensor z, Tensor labels, double margin) => z;
        }
        """;

    static GeneratorRun WithOwn()
    {
        const string Data = "ToyWorld.RefinementSeeminglyToxic",
            Toxic = "ToyWorld.RefinementToxic";
        return GeneratorRun.Of(
            [
                ("Own.cs", Own),
                ("Other.cs", "class Other { int x = 1; }"),
                (
                    "Experiment.cs",
                    Declaration.CSharp(dcr: $"new() {{ SeeminglyToxic = {Data}, Toxic = {Toxic}, Objective = new Lab.OwnLoss() }}")
                ),
            ],
            (
                "twin.dcr.yaml",
                Declaration.Yaml(
                    name: "twin",
                    dcr: $"{{ type: ContrastiveRefinement, seeminglyToxic: {Data}, toxic: {Toxic}, objective: OwnLoss }}"
                )
            )
        );
    }

    /// <summary>
    /// Experiments depend on what a record of the user's says, not on where it stands or how its function computes.
    /// </summary>
    [Fact]
    public void An_edit_beside_a_record_of_the_users_changes_nothing()
    {
        var run = WithOwn();
        Assert.Empty(run.Diagnostics);
        AssertUnchanged(run.Again(c => Replace(c, "Other.cs", "x = 1", "x = 2")));
        AssertUnchanged(run.Again(c => Replace(c, "Own.cs", "namespace Lab;", "// Moved.\nnamespace Lab;")));
        AssertUnchanged(run.Again(c => Replace(c, "Own.cs", "=> z;", "=> z * 2;")));
    }

    [Fact]
    public void A_default_of_a_record_of_the_users_changes_both_programs()
    {
        var again = WithOwn().Again(c => Replace(c, "Own.cs", "Usual = 0.5", "Usual = 0.25"));
        Assert.Contains("Lab.Losses.Margin(z, labels, margin: 0.25)", again.File("Test.Program.g.cs"));
        Assert.Contains("Lab.Losses.Margin(z, labels, margin: 0.25)", again.File("Twin.Program.g.cs"));
        var gone = again.Again(c => Replace(c, "Own.cs", "OwnLoss", "OtherLoss"));
        Assert.Contains(gone.Diagnostics, d => d.Id == "DCR014" && d.Location.GetLineSpan().Path == "twin.dcr.yaml");
    }

    [Fact]
    public void Two_records_of_one_file_are_told_apart()
    {
        string second = Declaration
            .CSharp()
            .Replace("using DcrDsl.Specs;", "")
            .Replace("Test", "Second")
            .Replace("\"test\"", "\"second\"")
            .Replace("ToyWorld.Pretraining", "ToyWorld.Pretraining, Steps = 3");
        var run = GeneratorRun.Of(Declaration.CSharp(after: second));
        foreach (var again in new[] { run, run.Again() })
        {
            Assert.Contains("const int steps = 600;", again.File("Test.Program.g.cs"));
            Assert.Contains("const int steps = 3;", again.File("Second.Program.g.cs"));
        }
    }

    [Fact]
    public void No_step_holds_symbols_syntax_or_compilations()
    {
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        foreach (string step in Steps)
        foreach (var output in WithOwn().Result.TrackedSteps[step].SelectMany(s => s.Outputs))
            AssertPlain(output.Value, seen, step);
    }

    static void AssertUnchanged(GeneratorRun run)
    {
        foreach (string step in Steps)
        {
            var reasons = Reasons(run, step).ToList();
            Assert.NotEmpty(reasons);
            Assert.All(reasons, AssertSame);
        }
        Assert.All(
            run.Result.TrackedOutputSteps.SelectMany(s => s.Value).SelectMany(s => s.Outputs),
            o => Assert.Equal(IncrementalStepRunReason.Cached, o.Reason)
        );
    }

    static void AssertSame(IncrementalStepRunReason reason) =>
        Assert.True(reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged, $"the step was {reason}");

    static IEnumerable<IncrementalStepRunReason> Reasons(GeneratorRun run, string step) =>
        run.Result.TrackedSteps[step].SelectMany(s => s.Outputs).Select(o => o.Reason);

    static Compilation Replace(Compilation compilation, string file, string old, string replacement)
    {
        var tree = compilation.SyntaxTrees.Single(t => t.FilePath == file);
        string text = tree.ToString();
        Assert.Contains(old, text);
        return compilation.ReplaceSyntaxTree(
            tree,
            CSharpSyntaxTree.ParseText(text.Replace(old, replacement), GeneratorRun.ParseOptions, file, System.Text.Encoding.UTF8)
        );
    }

    static void AssertPlain(object? value, HashSet<object> seen, string step)
    {
        if (value is null or string || value.GetType().IsPrimitive || value.GetType().IsEnum || !seen.Add(value))
            return;
        Assert.False(
            value is ISymbol or SyntaxNode or SyntaxTree or Compilation or Location or SemanticModel,
            $"step {step} keeps a {value.GetType().Name}"
        );
        if (value is DiagnosticDescriptor)
            return;
        if (value is System.Collections.IEnumerable items)
            foreach (object? item in items)
                AssertPlain(item, seen, step);
        foreach (
            var field in value
                .GetType()
                .GetFields(
                    System.Reflection.BindingFlags.Instance
                        | System.Reflection.BindingFlags.NonPublic
                        | System.Reflection.BindingFlags.Public
                )
        )
            AssertPlain(field.GetValue(value), seen, step);
    }
}
