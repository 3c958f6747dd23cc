using System.Globalization;
using System.Text;
using CsCheck;
using DcrDsl.Generators.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace DcrDsl.Generators.Tests;

/// <summary>Whatever a YAML file holds, it costs one sentence at its place, little work, and no other experiment.</summary>
public class YamlHostileTests
{
    public static TheoryData<string, string> Mistakes =>
        new()
        {
            { "an anchor that holds itself in a list", "experiment: &a [{|DCR015:*a|}]\n" },
            { "an anchor that holds itself in a mapping", "experiment: x\nstages: &a\n  Learn: {|DCR015:*a|}\n" },
            { "an anchor that merges itself", "experiment: x\nstages: &a { <<: {|DCR015:*a|} }\n" },
            { "an alias before its anchor", "experiment: x\nsummary: {|DCR015:*a|}\nseeds: &a [0]\n" },
            { "a list as a key", "experiment: x\n? {|DCR015:[|}a]\n: 1\n" },
            { "a mapping as a key", "experiment: x\n? {|DCR015:{|} a: 1 }\n: 1\n" },
            { "an alias to a list as a key", "experiment: x\nseeds: &m [0]\n? {|DCR015:*m|}\n: 1\n" },
            { "a merge of a text", "experiment: x\nstages: { {|DCR015:<<|}: text }\n" },
            { "a merge of a list of texts", "experiment: x\nstages: { {|DCR015:<<|}: [text] }\n" },
            {
                "a merge with a misspelt option",
                Declaration.Yaml(learn: "{ <<: { type: Pretrain, {|DCR013:stepz|}: 9 }, data: ToyWorld.Pretraining }")
            },
            { "a tab that indents", "experiment: tab\nsummary: s\nstages:\n{|DCR015:\t|}Learn: { type: Pretrain }\n" },
            { "letters that were lost", "experiment: latin\nsummary: D{|DCR015:\uFFFD|}sol\uFFFD\n" },
            { "several documents", "experiment: a\n{|DCR015:---|}\nexperiment: b\n" },
            { "comments alone", "{|DCR015:|}# nothing\n" },
            { "a document without content", "{|DCR015:|}---\n" },
            { "a tag", "experiment: {|DCR015:!!python/object x|}\n" },
            {
                "no judge for a model that has none",
                Declaration.Yaml(
                    model: "{ type: HuggingFace, path: model }",
                    score: "{ type: EvaluationGrid, tasks: [ToyWorld.Toxic], judge: {|DCR060:none|} }"
                )
            },
            { "no decoding", Declaration.Yaml(score: "{ type: EvaluationGrid, tasks: [ToyWorld.Toxic], decoding: {|DCR014:~|} }") },
            { "no schedule", Declaration.Yaml(learn: "{ type: Pretrain, data: ToyWorld.Pretraining, schedule: {|DCR014:None|} }") },
            { "no optimiser", Declaration.Yaml(learn: "{ type: Pretrain, data: ToyWorld.Pretraining, optimiser: {|DCR014:null|} }") },
            {
                "no objective",
                Declaration.Yaml(
                    dcr: "{ type: ContrastiveRefinement, seeminglyToxic: ToyWorld.RefinementSeeminglyToxic, "
                        + "toxic: ToyWorld.RefinementToxic, objective: {|DCR014:none|} }"
                )
            },
            { "no objective in an arm", Declaration.Yaml(arms: "\n  DCR: { Dcr: { objective: {|DCR014:none|} } }") },
            { "no tasks", Declaration.Yaml(score: "{ type: EvaluationGrid, tasks: {|DCR014:none|} }") },
            { "no task", Declaration.Yaml(score: "{ type: EvaluationGrid, tasks: [ToyWorld.Toxic, {|DCR014:none|}] }") },
            {
                "no name",
                Declaration.Yaml(score: "{ type: EvaluationGrid, tasks: [{ name: {|DCR014:none|}, prompts: ToyWorld.ToxicPrompts }] }")
            },
            {
                "no opening",
                Declaration.Yaml(
                    score: "{ type: EvaluationGrid, tasks: [ToyWorld.Toxic], judge: { type: RefusalPhrases, "
                        + "openings: [Sorry, {|DCR014:none|}] } }"
                )
            },
            { "no base", Declaration.Yaml(model: "{|DCR014:none|}") },
            { "a mapping for the summary", "experiment: x\nsummary: {|DCR014:{ a: 1 }|}\nstages: {}\n" },
            { "a list for an arm's summary", Declaration.Yaml(arms: "\n  DCR: { summary: {|DCR014:[a]|} }") },
            {
                "a type beside another value",
                Declaration.Yaml(learn: "{ type: Pretrain, data: { from: ToyWorld.Pretraining, type: {|DCR014:PromptFile|} } }")
            },
            {
                "a number beyond all",
                Declaration.Yaml(learn: "{ type: Pretrain, data: ToyWorld.Pretraining, learningRate: {|DCR006:1e400|} }")
            },
            { "infinity", Declaration.Yaml(learn: "{ type: Pretrain, data: ToyWorld.Pretraining, learningRate: {|DCR014:.inf|} }") },
            {
                "infinity by name",
                Declaration.Yaml(learn: "{ type: Pretrain, data: ToyWorld.Pretraining, learningRate: {|DCR014:Infinity|} }")
            },
            { "no number", Declaration.Yaml(learn: "{ type: Pretrain, data: ToyWorld.Pretraining, learningRate: {|DCR014:NaN|} }") },
            {
                "a whole number beyond all",
                Declaration.Yaml(learn: "{ type: Pretrain, data: ToyWorld.Pretraining, steps: {|DCR014:3000000000|} }")
            },
            { "a swept number beyond all", Declaration.Yaml(rest: "sweep: { Learn.learningRate: [1e-3, {|DCR006:1e999|}] }") },
        };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public Task It_is_reported_at_its_place(string mistake, string yaml)
    {
        Assert.NotEmpty(mistake);
        return DiagnosticVerifier.Yaml(yaml);
    }

    public static TheoryData<string, string> Bombs =>
        new()
        {
            { "brackets", "experiment: x\nseeds: " + new string('[', 16_000) },
            { "braces", "experiment: x\nstages: " + string.Concat(Enumerable.Repeat("{a: ", 16_000)) },
            { "lists in blocks", "experiment: x\nseeds:\n  " + string.Concat(Enumerable.Repeat("- ", 16_000)) + "1" },
            { "mappings in blocks", string.Concat(Enumerable.Range(0, 400).Select(i => new string(' ', i) + "a:\n")) },
            { "keys of keys", "? " + string.Concat(Enumerable.Repeat("? ", 16_000)) },
            { "an alias to lists of lists as a key", Laughs("x", "[", "]") + "? *m\n: 1\n" },
            { "lists of lists", Laughs("0", "[", "]").Replace("m: &m", "seeds: &m") },
            {
                "merges of merges",
                "a: &a { x: 1 }\n"
                    + string.Concat(
                        Enumerable
                            .Range('b', 12)
                            .Select(c =>
                                $"{(char)c}: &{(char)c} {{ <<: [{string.Join(", ", Enumerable.Repeat($"*{(char)(c - 1)}", 9))}], "
                                + $"{(char)c}: 1 }}\n"
                            )
                    )
            },
            {
                "exclusions of one long exclusion",
                "experiment: x\na: &a { "
                    + string.Join(", ", Enumerable.Range(0, 2000).Select(i => $"k{i}: 1"))
                    + " }\nexclude: ["
                    + string.Join(", ", Enumerable.Repeat("*a", 3000))
                    + "]\n"
            },
            { "many values", "seeds: [" + string.Join(", ", Enumerable.Range(0, 200_000)) + "]\n" },
            { "a key of a million letters", new string('k', 1_000_000) + ": 1\n" },
        };

    static string Laughs(string seed, string open, string close) =>
        $"a: &a {open}{seed}{close}\n"
        + string.Concat(
            Enumerable
                .Range('b', 12)
                .Select(c => $"{(char)c}: &{(char)c} {open}{string.Join(", ", Enumerable.Repeat($"*{(char)(c - 1)}", 9))}{close}\n")
        );

    /// <summary>Followed or compared without a bound, these overflow the stack, fill the memory or take minutes; another experiment of the
    /// build stays whole.</summary>
    [Theory]
    [MemberData(nameof(Bombs))]
    public void A_file_that_grows_when_it_is_followed_costs_nobody_else(string what, string yaml)
    {
        Assert.NotEmpty(what);
        var run = GeneratorRun.Of(Declaration.CSharp(), ("bomb.dcr.yaml", yaml));
        Assert.NotEmpty(run.Diagnostics);
        Assert.All(run.Diagnostics, d => Assert.StartsWith("DCR", d.Id));
        Assert.DoesNotContain(run.Diagnostics, d => d.Id == "DCR099");
        Assert.All(run.Diagnostics, d => Assert.Equal("bomb.dcr.yaml", d.Location.GetLineSpan().Path));
        Assert.Contains("static void RunLearn", run.File("Test.Program.g.cs"));
    }

    [Fact]
    public void Long_names_are_quoted_in_part_and_on_one_line()
    {
        string message = Messages("experiment: \"a\\e[31m\\nb" + new string('k', 1_000_000) + "\"\n")[0];
        Assert.InRange(message.Length, 100, 1000);
        Assert.DoesNotContain(message, char.IsControl);
    }

    /// <summary>A merge key is what it stands for: written entries win, then earlier merges, wherever the key stands.</summary>
    [Theory]
    [InlineData("{ <<: *t, steps: 70 }", "{ type: Pretrain, data: ToyWorld.Pretraining, steps: 70 }")]
    [InlineData("{ steps: 70, <<: *t }", "{ type: Pretrain, data: ToyWorld.Pretraining, steps: 70 }")]
    [InlineData("{ <<: [*t, { steps: 5, batch: 8 }] }", "{ type: Pretrain, data: ToyWorld.Pretraining, steps: 90, batch: 8 }")]
    [InlineData(
        "{ <<: [{ steps: 5, batch: 8 }, *t] }",
        "{ type: Pretrain, data: ToyWorld.Pretraining, steps: 5, batch: 8, schedule: { warmup: 2 } }"
    )]
    [InlineData(
        "{ <<: *t, schedule: { <<: *s, type: Linear } }",
        "{ type: Pretrain, data: ToyWorld.Pretraining, steps: 90, schedule: { type: Linear, warmup: 2 } }"
    )]
    [InlineData("{ \"<<\": 1, <<: *t }", null)]
    public void Merge_keys_stand_for_what_they_merge(string merging, string? written)
    {
        string yaml = Declaration
            .Yaml(learn: "&t { type: Pretrain, data: ToyWorld.Pretraining, steps: 90, schedule: &s { warmup: 2 } }")
            .Replace("  Dcr:", "  More: MERGED\n  Dcr:");
        var run = GeneratorRun.Of("", ("test.dcr.yaml", yaml.Replace("MERGED", merging)));
        if (written is null)
        {
            Assert.Equal(
                "'<<' is not an option of Pretrain; it can be",
                Assert.Single(run.Diagnostics).GetMessage(CultureInfo.InvariantCulture)[..44]
            );
            return;
        }
        Assert.Empty(run.Diagnostics.Where(d => d.Severity > DiagnosticSeverity.Info));
        string expected = written.Contains("schedule", StringComparison.Ordinal)
            ? written
            : written.Replace(" }", ", schedule: { warmup: 2 } }");
        Assert.Equal(
            GeneratorRun.Of("", ("test.dcr.yaml", yaml.Replace("MERGED", expected))).File("Test.Program.g.cs"),
            run.File("Test.Program.g.cs")
        );
    }

    /// <summary>Stages run in the order of their keys: merged ones where they are merged, and one that is written anew where it
    /// was.</summary>
    [Fact]
    public void Merged_stages_keep_their_order()
    {
        const string Whole =
            "{ Learn: { type: Pretrain, data: ToyWorld.Pretraining, steps: 70 }, Score: { type: EvaluationGrid, tasks: "
            + "[ToyWorld.Toxic] } }";
        const string Merged =
            "{ <<: { Learn: { type: Pretrain, data: ToyWorld.Pretraining }, Score: { type: EvaluationGrid, tasks: [ToyWorld.Toxic] } }, "
            + "Learn: { type: Pretrain, data: ToyWorld.Pretraining, steps: 70 } }";
        static GeneratorRun Run(string stages) =>
            GeneratorRun.Of(
                "",
                ("one.dcr.yaml", $"experiment: one\nbase: ToyLlama\nstages: {stages}\narms: {{ all: none }}\nseeds: [0]\n")
            );
        Assert.Empty(Run(Merged).Diagnostics);
        Assert.Equal(Run(Whole).File("One.Program.g.cs"), Run(Merged).File("One.Program.g.cs"));
    }

    [Theory]
    [InlineData("%YAML 1.2\n---\n")]
    [InlineData("# A comment.\n\n")]
    public void What_may_stand_before_a_document_does_not_matter(string before)
    {
        foreach (string text in new[] { before + Declaration.Yaml(), (before + Declaration.Yaml()).Replace("\n", "\r\n") })
            Assert.Equal(
                GeneratorRun.Of("", ("test.dcr.yaml", Declaration.Yaml())).File("Test.Program.g.cs"),
                GeneratorRun.Of("", ("test.dcr.yaml", text)).File("Test.Program.g.cs")
            );
    }

    /// <summary>The compiler reads a file that is not UTF-8 in the machine's own encoding, where it has one.</summary>
    [Fact]
    public void Bytes_that_are_not_utf8_are_reported_where_the_compiler_guessed_their_meaning()
    {
        string yaml = Declaration.Yaml().Replace("Is this a test?", "Désolé");
        var diagnostics = new List<DcrDsl.Generators.Diagnostics.DiagnosticInfo>();
        Assert.Null(new Yaml.YamlText("latin.dcr.yaml", SourceText.From(yaml, Encoding.Latin1)).Read(diagnostics));
        Assert.Equal(yaml.IndexOf('é', StringComparison.Ordinal), Assert.Single(diagnostics).Place.Span.Start);
        Assert.NotNull(new Yaml.YamlText("utf.dcr.yaml", SourceText.From(yaml, Encoding.UTF8)).Read(diagnostics));
    }

    /// <summary>What a diagnostic advises can be typed into the file that it is about.</summary>
    [Fact]
    public void What_is_missing_is_asked_for_in_yaml()
    {
        string all = string.Join('\n', Messages("experiment: test\n"));
        Assert.All(["base: ToyLlama", "seeds: [0, 1, 2]", "under 'arms'", "EvaluationGrid"], remedy => Assert.Contains(remedy, all));
        foreach (string word in new[] { "static", "property", "[Arm", "[Seeds", "new ", " = " })
            Assert.DoesNotContain(word, all);
    }

    public static TheoryData<string, string> Remedies =>
        new()
        {
            { Declaration.Yaml(learn: "{ type: Pretrain, data: ToyWorld.Pretraining, learningRate: 0 }"), "learningRate is 0" },
            { Declaration.Yaml(learn: "{ type: Pretrain }"), "set Learn.data to" },
            {
                Declaration.Yaml(
                    dcr: "{ type: ContrastiveRefinement, seeminglyToxic: ToyWorld.RefinementSeeminglyToxic, toxic: "
                        + "ToyWorld.RefinementToxic, batch: 2 }"
                ),
                "raise batch or move seeminglyToxicShare"
            },
            {
                Declaration.Yaml(
                    align: "{ type: SupervisedFineTuning, general: ToyWorld.AlignmentGeneral, refusals: { from: "
                        + "ToyWorld.RefinementToxic, answers: Refusal } }"
                ),
                "disjointFrom: [\"Dcr\"]"
            },
            {
                Declaration.Yaml(score: "{ type: EvaluationGrid, tasks: [{ name: Seen, prompts: ToyWorld.RefinementToxic }] }"),
                "inDistribution: true"
            },
            {
                Declaration.Yaml(
                    align: "{ type: SupervisedFineTuning, general: { type: PromptFile, path: a.csv }, refusals: "
                        + "ToyWorld.AlignmentRefusals }"
                ),
                "with 'responseColumn'"
            },
            {
                Declaration.Yaml(
                    align: "{ type: SupervisedFineTuning, general: { type: PromptFile, path: a.csv, responseColumn: r, "
                        + "whereColumn: c }, refusals: ToyWorld.AlignmentRefusals }"
                ),
                "whereColumn and whereValue go together"
            },
            { Declaration.Yaml(rest: "sweep: { Dcr.objective.marginn: [1] }"), "did you mean 'margin'" },
            { Declaration.Yaml(rest: "sweep: { Dcr.objective.margin: [] }"), "'Dcr.objective.margin' has no values" },
            { Declaration.Yaml(model: "{ type: ToyLlama, width: 30, heads: 4 }"), "width is 30, which heads (4) does not divide" },
            {
                Declaration.Yaml(score: "{ type: EvaluationGrid, tasks: [{ name: a-b, prompts: ToyWorld.ToxicPrompts }] }"),
                "use letters, digits and underscores"
            },
            {
                Declaration.Yaml(
                    score: "{ type: EvaluationGrid, tasks: [{ type: MultipleChoiceTask, name: A, shots: 2, path: a.jsonl }] }"
                ),
                "has no shotsPath"
            },
            {
                Declaration.Yaml(
                    score: "{ type: EvaluationGrid, tasks: [{ name: A, prompts: { type: PromptFile, path: a.csv, layout: Alpaca " + "} }] }"
                ),
                "set answers to None"
            },
        };

    [Theory]
    [MemberData(nameof(Remedies))]
    public void Options_are_named_as_yaml_writes_them(string yaml, string remedy) =>
        Assert.Contains(Messages(yaml), m => m.Contains(remedy, StringComparison.Ordinal));

    static readonly string[] Words =
    [
        "experiment",
        "summary",
        "base",
        "stages",
        "arms",
        "sweep",
        "zip",
        "exclude",
        "seeds",
        "type",
        "from",
        "order",
        "Learn",
        "Dcr",
        "Score",
        "Pretrain",
        "EvaluationGrid",
        "ToyLlama",
        "ToyWorld.Toxic",
        "none",
        "~",
        "<<",
        "&a",
        "*a",
        "[",
        "]",
        "{",
        "}",
        ",",
        ":",
        ": ",
        "- ",
        "? ",
        "\n",
        "\n  ",
        "\n    ",
        "\t",
        "\"",
        "'",
        "|",
        ">",
        "#",
        "!",
        "!!str",
        "%",
        "---",
        "...",
        "1",
        "-0",
        "1e400",
        ".inf",
        "\u2028",
        "\0",
        "\ud800",
        "é",
        "tasks",
        "data",
        "steps",
    ];

    static readonly Gen<string> Word = Gen.Int[0, Words.Length - 1].Select(i => Words[i]);

    /// <summary>Random files, and random words put into a valid one: the parser speaks and never throws, and the record beside them is
    /// generated.</summary>
    [Fact]
    public void No_text_makes_the_generator_fail()
    {
        var words = Word.Array[0, 40].Select(w => string.Join(" ", w));
        var edited = Gen.Select(Gen.Int[0, Declaration.Yaml().Length], Gen.Int[0, 30], Word)
            .Select(e =>
                Declaration.Yaml() is var whole ? whole[..e.Item1] + e.Item3 + whole[Math.Min(whole.Length, e.Item1 + e.Item2)..] : ""
            );
        Gen.OneOf(words, edited)
            .Sample(
                yaml =>
                {
                    var compiled = Compiled.FromYaml(
                        new GeneratorRun.YamlFile("test.dcr.yaml", yaml),
                        "Experiments",
                        Values.OwnVocabulary.Empty,
                        CancellationToken.None
                    );
                    return compiled.Diagnostics.All(d => d.Descriptor.Id != "DCR099")
                        && (compiled.Experiment is not null || compiled.Diagnostics.Any(d => d.IsError));
                },
                iter: 3000
            );
    }

    static string[] Messages(string yaml) =>
        [.. GeneratorRun.Of("", ("test.dcr.yaml", yaml)).Diagnostics.Select(d => d.GetMessage(CultureInfo.InvariantCulture))];
}
