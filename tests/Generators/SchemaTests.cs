using System.Text.RegularExpressions;
using DcrDsl.Generators.Schema;
using Microsoft.CodeAnalysis;

namespace DcrDsl.Generators.Tests;

/// <summary>The JSON Schema that editors check YAML by is right where the generator is, and tells what a schema can tell.</summary>
public class SchemaTests
{
    static readonly string Repository = Path.GetFullPath(Path.Combine(Snapshot.Project, "..", ".."));

    static readonly string Experiments = Path.Combine(Repository, "experiments");

    /// <summary>Experiments and what they have of their own, as their program has it.</summary>
    static readonly Lazy<GeneratorRun> Project = new(() =>
        GeneratorRun.Of(
            new ProjectSettings { RootNamespace = "DcrDsl.Experiments" },
            Directory.EnumerateFiles(Experiments, "*Loss.cs").Select(f => (Path.GetFileName(f), File.ReadAllText(f)))
        )
    );

    static readonly Lazy<YamlSchema> OfExperiments = new(() => YamlSchema.Of(Project.Value)),
        OfVocabulary = new(() => YamlSchema.Of(GeneratorRun.Of("")));

    /// <summary>To write it anew, run the tests with DCRDSL_WRITE_DOCS=1.</summary>
    [Fact]
    public void The_schema_is_derived_from_the_vocabulary() =>
        AssertWritten(Path.Combine(Repository, "docs", "dcr.schema.json"), ExperimentSchema.OfVocabulary().ToString());

    /// <summary>What <c>schema --out</c> writes beside the experiments, with their own loss.</summary>
    [Fact]
    public void The_schema_of_the_experiments_is_that_of_their_program() =>
        AssertWritten(Path.Combine(Experiments, "dcr.schema.json"), YamlSchema.TextOf(Project.Value));

    public static TheoryData<string> Files =>
        [
            .. Directory
                .EnumerateFiles(Experiments, "*.dcr.yaml", SearchOption.AllDirectories)
                .Select(f => Path.GetRelativePath(Experiments, f))
                .Where(f => !Regex.IsMatch(f, @"^(bin|obj)[\\/]")),
        ];

    [Theory, MemberData(nameof(Files))]
    public void Experiments_fit_and_say_where_their_schema_is(string file)
    {
        string path = Path.Combine(Experiments, file),
            text = File.ReadAllText(path);
        Assert.Empty(OfExperiments.Value.Problems(text));
        var line = Regex.Match(text, @"\A# yaml-language-server: \$schema=(.+)\r?\n");
        Assert.True(line.Success, file);
        Assert.Equal(
            Path.Combine(Experiments, "dcr.schema.json"),
            Path.GetFullPath(line.Groups[1].Value.Trim(), Path.GetDirectoryName(path)!)
        );
    }

    [Theory]
    [MemberData(nameof(SnapshotTests.Declarations), MemberType = typeof(SnapshotTests))]
    public void What_the_snapshots_show_fits(string csharp, string yaml)
    {
        if (yaml.Length > 0)
            Assert.Empty(OfVocabulary.Value.Problems(yaml));
        else
            Assert.NotEmpty(csharp);
    }

    [Theory]
    [MemberData(nameof(TwinTests.Twins), MemberType = typeof(TwinTests))]
    public void What_YAML_says_as_CSharp_does_fits(string what, string csharp, string yaml)
    {
        Assert.NotEmpty(what);
        Assert.NotEmpty(csharp);
        Assert.Empty(OfVocabulary.Value.Problems(yaml));
    }

    static string Refined(string options) =>
        Declaration.Yaml(
            dcr: "{ type: ContrastiveRefinement, seeminglyToxic: ToyWorld.RefinementSeeminglyToxic, toxic: ToyWorld.RefinementToxic, "
                + options
                + " }"
        );

    static string Scored(string options) => Declaration.Yaml(score: $"{{ type: EvaluationGrid, tasks: [ToyWorld.Toxic], {options} }}");

    /// <summary>Ways of writing that the generator reads and a stricter schema would underline.</summary>
    [Theory]
    [InlineData("steps: 1_0")]
    [InlineData("steps: \"10\"")]
    [InlineData("labels: random")]
    [InlineData("labels: RANDOM")]
    [InlineData("clipNorm: None")]
    [InlineData("clipNorm: ~")]
    [InlineData("learningRate: .5e-3")]
    [InlineData("objective: CircleLoss")]
    [InlineData("objective: { margin: 0.5 }")]
    [InlineData("objective: { from: CircleLoss, margin: 0.5 }")]
    [InlineData("objective: { from: CircleLoss, type: CircleLoss }")]
    public void What_the_generator_reads_fits(string options)
    {
        string yaml = Refined(options);
        Assert.DoesNotContain(GeneratorRun.Of("", ("a.dcr.yaml", yaml)).Diagnostics, d => d.Severity == DiagnosticSeverity.Error);
        Assert.Empty(OfVocabulary.Value.Problems(yaml));
    }

    public static TheoryData<string, string> Mistakes =>
        new()
        {
            { "an unknown key", Refined("stepz: 10") },
            { "an unknown key in a record", Refined("objective: { type: CircleLoss, margn: 0.25 }") },
            { "a key of another record", Refined("objective: { type: CircleLoss, temperature: 0.25 }") },
            { "a key of no record", Refined("objective: { margn: 0.25 }") },
            { "an unknown type", Refined("objective: { type: CirkleLoss }") },
            { "an unknown name", Refined("objective: CirkleLoss") },
            { "a record of another family", Refined("objective: AdamW") },
            { "a named value of another family", Refined("objective: ToyWorld.Toxic") },
            { "an unknown named value", Scored("judge: RefusalJudges.XSTset") },
            {
                "a type that its name does not give",
                Declaration.Yaml(learn: "{ type: Pretrain, data: { from: ToyWorld.Pretraining, type: PromptFile } }")
            },
            { "a value below its range", Refined("layer: 0") },
            { "a value at an open end of its range", Refined("learningRate: 0") },
            { "a word for a number", Refined("steps: many") },
            { "a fraction for a whole number", Refined("steps: 1.5") },
            { "a list for a number", Refined("steps: [10]") },
            { "a mapping for a number", Refined("steps: { a: 1 }") },
            { "a number for a flag", Refined("answersFromModel: 1") },
            { "an unknown member", Refined("labels: Randm") },
            { "none where there must be a value", Refined("objective: none") },
            { "a text for a list", Scored("metrics: ComplianceRate") },
            { "an unknown member in a list", Scored("metrics: [Complianc]") },
            { "an item that does not say its type", Scored("attacks: [{ name: A }]") },
            {
                "an item of the usual type with an option of another",
                Declaration.Yaml(score: "{ type: EvaluationGrid, tasks: [{ questions: a }] }")
            },
            { "an unknown stage", Declaration.Yaml(align: "{ type: Alignment }") },
            { "a stage with a small letter", Declaration.Yaml().Replace("  Align:", "  align:", StringComparison.Ordinal) },
            { "an unknown part", Declaration.Yaml() + "\nseed: [0]\n" },
            { "no base model", Regex.Replace(Declaration.Yaml(), "(?m)^base:.*\n", "") },
            { "a base model that is a stage", Regex.Replace(Declaration.Yaml(), "(?m)^base:.*$", "base: Pretrain") },
            { "a role that there is not", Declaration.Yaml(arms: "\n  A: { role: Subjct }") },
            { "an unknown option in an arm", Declaration.Yaml(arms: "\n  A: { Dcr: { stepz: 1 } }") },
            { "a swept field that no record has", Declaration.Yaml() + "\nsweep: { Dcr.stepz: [1, 2] }\n" },
            { "a swept value of the wrong kind", Declaration.Yaml() + "\nsweep: { Dcr.layer: [one] }\n" },
            { "a sweep without values", Declaration.Yaml() + "\nsweep: { Dcr.layer: [] }\n" },
            { "a swept value that is no list", Declaration.Yaml() + "\nsweep: { Dcr.layer: 1 }\n" },
            { "a negative seed", Regex.Replace(Declaration.Yaml(), "(?m)^seeds:.*$", "seeds: [-1]") },
            { "a name with capitals", Regex.Replace(Declaration.Yaml(), "(?m)^experiment:.*$", "experiment: Test") },
        };

    [Theory, MemberData(nameof(Mistakes))]
    public void A_mistake_does_not_fit(string what, string yaml)
    {
        Assert.NotEmpty(what);
        // It is one to the generator too, so the schema is not stricter.
        Assert.Contains(GeneratorRun.Of("", ("a.dcr.yaml", yaml)).Diagnostics, d => d.Severity == DiagnosticSeverity.Error);
        Assert.NotEmpty(OfVocabulary.Value.Problems(yaml));
    }

    [Fact]
    public void Own_records_are_known_with_their_options_and_ranges()
    {
        string Own(string objective) => Refined($"objective: {objective}");
        Assert.Empty(OfExperiments.Value.Problems(Own("{ type: CosineHingeLoss, margin: 0.5, negativeWeight: 2 }")));
        Assert.Empty(OfExperiments.Value.Problems(Own("DcrDsl.Experiments.CosineHingeLoss")));
        Assert.Empty(OfExperiments.Value.Problems(Declaration.Yaml() + "\nsweep: { Dcr.objective.negativeWeight: [1, 2] }\n"));
        Assert.NotEmpty(OfExperiments.Value.Problems(Own("{ type: CosineHingeLoss, margin: 2 }")));
        Assert.NotEmpty(OfExperiments.Value.Problems(Own("{ type: CosineHingeLoss, scale: 80 }")));
        Assert.NotEmpty(OfVocabulary.Value.Problems(Own("CosineHingeLoss")));
        Assert.NotEmpty(OfVocabulary.Value.Problems(Declaration.Yaml() + "\nsweep: { Dcr.objective.negativeWeight: [1, 2] }\n"));
    }

    [Fact]
    public void A_project_without_own_records_has_nothing_of_them_in_its_catalog() =>
        Assert.DoesNotContain("OwnRecords", GeneratorRun.Of("").File("DcrCatalog.g.cs"));

    static void AssertWritten(string path, string expected)
    {
        if (Environment.GetEnvironmentVariable("DCRDSL_WRITE_DOCS") == "1")
            File.WriteAllText(path, expected);
        Assert.True(File.Exists(path), path);
        Assert.Equal(expected, File.ReadAllText(path).Replace("\r\n", "\n"));
    }
}
