using DcrDsl.Generators.Values;
using DcrDsl.Specs;
using Microsoft.CodeAnalysis;

namespace DcrDsl.Generators.Tests;

/// <summary>Laws over the table of published tasks: a new row is held without a new test.</summary>
public class PublishedTasksTests
{
    static readonly string[] Names = [.. PublishedAttribute.Sets.Select(s => $"PublishedTasks.{s}")];

    /// <summary>The program of a declaration that has no mistake and compiles.</summary>
    static string Program(string csharp, string? yaml = null)
    {
        var run = yaml is null ? GeneratorRun.Of(csharp) : GeneratorRun.Of("", ("test.dcr.yaml", yaml));
        Assert.Empty(run.Diagnostics.Where(d => d.Severity > DiagnosticSeverity.Info).Select(d => d.ToString()));
        Assert.Empty(run.CompilerDiagnostics.Select(d => d.ToString()));
        return run.File("Test.Program.g.cs");
    }

    [Fact]
    public void Every_published_task_compiles_in_both_notations_and_gives_the_same_program()
    {
        // Sets of one name in YAML are members of the vocabulary, so nothing else is to be registered.
        Assert.Subset(Vocabulary.StaticMembers(typeof(EvaluationTask)).Keys.ToHashSet(), Names.ToHashSet());
        string csharp = Program(Declaration.CSharp(score: $"new() {{ Tasks = [{string.Join(", ", Names)}] }}")),
            yaml = Program("", Declaration.Yaml(score: $"{{ type: EvaluationGrid, tasks: [{string.Join(", ", Names)}] }}"));
        Assert.Equal(Body(csharp), Body(yaml));
        Assert.All(PublishedAttribute.Sets, set => Assert.Contains($"\"{set}\",", csharp, StringComparison.Ordinal));
    }

    [Fact]
    public void A_task_elsewhere_and_of_one_category_is_said_in_both_notations()
    {
        string csharp = Program(
            Declaration.CSharp(
                score: "new() { Tasks = [PublishedTasks.OrBench80k.At(\"{data}/all.csv\").Only(\"category\", \"privacy\") with { Name = "
                    + "\"Privacy\" }, PublishedTasks.ArcEasy.At(\"arc.parquet\")] }"
            )
        );
        string yaml = Program(
            "",
            Declaration.Yaml(
                score: "{ type: EvaluationGrid, tasks: [{ from: PublishedTasks.OrBench80k, name: Privacy, prompts: { "
                    + "path: '{data}/all.csv', "
                    + "whereColumn: category, whereValue: privacy } }, { from: PublishedTasks.ArcEasy, path: arc.parquet }] }"
            )
        );
        Assert.Equal(Body(csharp), Body(yaml));
        Assert.Contains("Set = \"OrBench80k\"", csharp, StringComparison.Ordinal);
        Assert.Contains("WhereValue = \"privacy\"", csharp, StringComparison.Ordinal);
    }

    /// <summary>Training on a published set and measuring on it is evaluation on training data, wherever the files lie.</summary>
    [Theory]
    [InlineData("PublishedTasks.XSTest", true)]
    [InlineData("PublishedTasks.HelmXSTest", true)]
    [InlineData("PublishedTasks.HelmXSTestUnsafe", false)]
    [InlineData("PublishedTasks.OrBenchHard", false)]
    public void Training_on_another_file_of_the_set_is_told(string task, bool told)
    {
        string dcr(string set) =>
            "new() { SeeminglyToxic = new PromptFile { Path = \"mine.csv\", Layout = PromptLayout.XSTest, Class = "
            + "PromptClass.SeeminglyToxic"
            + set
            + " }, Toxic = ToyWorld.RefinementToxic }";
        string[] Diagnostics(string set, string measured) =>
            [
                .. GeneratorRun
                    .Of(Declaration.CSharp(dcr: dcr(set), score: $"new() {{ Tasks = [{measured}] }}"))
                    .Diagnostics.Where(d => d.Severity > DiagnosticSeverity.Info)
                    .Select(d => d.Id),
            ];
        Assert.Equal(told ? ["DCR021"] : [], Diagnostics(", Set = \"XSTest\"", task));
        Assert.Empty(Diagnostics("", task));
        Assert.Empty(Diagnostics(", Set = \"XSTest\"", task + " with { InDistribution = true }"));
    }

    [Theory]
    [InlineData("new PromptTask { Name = \"A\", Prompts = new PromptFile { Path = \"a.csv\", Set = \"XTest\" } }", "DCR030")]
    [InlineData("PublishedTasks.ArcEasy with { Set = \"Arc\" }", "DCR026")]
    [InlineData("PublishedTasks.ArcEasy with { Format = new() { Choices = \"c\", Target = \"t\" } }", "DCR026")]
    [InlineData("PublishedTasks.Bbq with { Format = ChoiceFormat.Bbq with { Ambiguous = null } }", "DCR026")]
    [InlineData("PublishedTasks.Bbq with { Format = ChoiceFormat.Arc with { AnyTrueIsRight = true } }", "DCR026")]
    public void A_name_that_no_set_has_and_a_format_in_parts_are_refused(string task, string id)
    {
        var diagnostics = GeneratorRun.Of(Declaration.CSharp(score: $"new() {{ Tasks = [{task}] }}")).Diagnostics;
        Assert.Equal(id, Assert.Single(diagnostics, d => d.Severity == DiagnosticSeverity.Error).Id);
    }

    // What says where the experiment is declared differs.
    static string Body(string program) => program[program.IndexOf("public static Answers AnswerScore", StringComparison.Ordinal)..];
}
