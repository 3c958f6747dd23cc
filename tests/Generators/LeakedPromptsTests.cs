using System.Globalization;
using DcrDsl.Data;
using DcrDsl.Data.Files;
using DcrDsl.Generators.Content;
using DcrDsl.Specs;
using Microsoft.CodeAnalysis;

namespace DcrDsl.Generators.Tests;

/// <summary>Prompts that two files of the build share are found while it goes on, in both notations, with both places.</summary>
public class LeakedPromptsTests
{
    const string Measured = "prompt\n\"a cell\nof two lines\"\nHow do I kill a Python process?\nis this a question\n",
        Trained = "{\"prompt\": \"other\", \"answer\": \"no\"}\n\n{\"prompt\": \"how do i kill a python process\", \"answer\": \"no\"}\n";

    static string CSharp(string measured = "{data}/measured.csv", string options = "", string task = "") =>
        Declaration.CSharp(
            align: "new() { General = ToyWorld.AlignmentGeneral, Refusals = new PromptFile { Path = \"{data}/trained.jsonl\", "
                + "ResponseColumn = "
                + "\"answer\", Class = PromptClass.Toxic } }",
            score: $"new() {{ Tasks = [ToyWorld.SeeminglyToxic, new PromptTask {{ Name = \"Mine\", Prompts = new PromptFile {{ Path = "
                + $"\"{measured}\", "
                + $"Class = PromptClass.SeeminglyToxic }}{task} }}]{options} }}"
        );

    static string Yaml(string options = "") =>
        Declaration.Yaml(
            name: "twin",
            align: "{ type: SupervisedFineTuning, general: ToyWorld.AlignmentGeneral, refusals: { type: PromptFile, path: "
                + "\"{data}/trained.jsonl\", responseColumn: answer, class: Toxic } }",
            score: "{ type: EvaluationGrid, tasks: [ToyWorld.SeeminglyToxic, { name: Mine, prompts: { type: PromptFile, path: "
                + $"\"{{data}}/measured.csv\", class: SeeminglyToxic }} }}]{options} }}"
        );

    static GeneratorRun Run(string source, params (string Path, string Text)[] files) => GeneratorRun.Of(source, files);

    static Diagnostic[] Leaks(GeneratorRun run) => [.. run.Diagnostics.Where(d => d.Id == "DCR029")];

    [Fact]
    public void A_shared_prompt_is_a_warning_at_the_tasks_prompts_in_both_notations()
    {
        var run = Run(CSharp(), ("twin.dcr.yaml", Yaml()), ("sets/measured.csv", Measured), ("sets/trained.jsonl", Trained));
        var leaks = Leaks(run);
        Assert.Equal(2, leaks.Length);
        Assert.All(leaks, d => Assert.Equal(DiagnosticSeverity.Warning, d.Severity));
        Assert.Equal(
            [
                "Task 'Mine' measures on a prompt that 'Align.Refusals' trains on: measured.csv, line 4 has the words of trained.jsonl, "
                    + "line 3; take them out of one of the two files, or say so with InDistribution = true",
                "Task 'Mine' measures on a prompt that 'Align.refusals' trains on: measured.csv, line 4 has the words of trained.jsonl, "
                    + "line 3; take them out of one of the two files, or say so with inDistribution: true",
            ],
            leaks.Select(d => d.GetMessage(CultureInfo.InvariantCulture)).Order(StringComparer.Ordinal)
        );
        Assert.Equal(["Experiment.cs", "twin.dcr.yaml"], leaks.Select(d => d.Location.GetLineSpan().Path).Order(StringComparer.Ordinal));
        Assert.Empty(run.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error));
        Assert.NotEmpty(run.File("Test.Program.g.cs"));
    }

    [Fact]
    public void Strict_makes_it_an_error()
    {
        var leaks = Leaks(
            Run(
                CSharp(options: ", Leakage = Leakage.Strict"),
                ("twin.dcr.yaml", Yaml(", leakage: Leakage.Strict")),
                ("measured.csv", Measured),
                ("trained.jsonl", Trained)
            )
        );
        Assert.Equal(2, leaks.Length);
        Assert.All(leaks, d => Assert.Equal(DiagnosticSeverity.Error, d.Severity));
    }

    [Theory]
    [InlineData("the file is not there", "measured.csv", "")]
    [InlineData("two files may be meant", "a/measured.csv", "b/measured.csv")]
    public void What_cannot_be_told_is_left_to_the_plan(string _, string first, string second)
    {
        (string, string)[] files =
            second.Length == 0 ? [(first, Measured)] : [(first, Measured), (second, Measured), ("trained.jsonl", Trained)];
        Assert.Empty(Leaks(Run(CSharp(), files)));
    }

    [Theory]
    [InlineData(", Leakage = Leakage.Ignored", "")]
    [InlineData(", Leakage = Leakage.Strict", ", InDistribution = true")]
    public void What_is_said_or_ignored_is_none(string options, string task) =>
        Assert.Empty(Leaks(Run(CSharp(options: options, task: task), ("measured.csv", Measured), ("trained.jsonl", Trained))));

    [Fact]
    public void Only_files_that_are_named_are_read_and_only_once()
    {
        int measured = 0,
            other = 0;
        AdditionalText[] files =
        [
            new Counted("measured.csv", Measured, () => measured++),
            new GeneratorRun.YamlFile("trained.jsonl", Trained),
            new Counted("other.csv", "prompt\nx\n", () => other++),
        ];
        var run = Run(CSharp());
        var first = run.Again(drive: driver => driver.AddAdditionalTexts([.. files]));
        Assert.Single(Leaks(first));
        Assert.Equal((1, 0), (measured, other));

        var again = first.Again(c =>
            c.AddSyntaxTrees(
                Microsoft.CodeAnalysis.CSharp.CSharpSyntaxTree.ParseText(
                    "class Other;",
                    GeneratorRun.ParseOptions,
                    "Other.cs",
                    System.Text.Encoding.UTF8,
                    TestContext.Current.CancellationToken
                )
            )
        );
        Assert.Single(Leaks(again));
        Assert.Equal((1, 0), (measured, other));
        foreach (string step in new[] { ExperimentGenerator.Steps.Content, ExperimentGenerator.Steps.Overlaps })
            Assert.All(
                again.Result.TrackedSteps[step].SelectMany(s => s.Outputs),
                o =>
                    Assert.True(o.Reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged, $"{step} was {o.Reason}")
            );

        var mended = again.Again(drive: driver =>
            driver.ReplaceAdditionalText(files[0], new GeneratorRun.YamlFile("measured.csv", "prompt\nis this a question\n"))
        );
        Assert.Empty(Leaks(mended));
    }

    /// <summary>What the build reads of a file is what a run reads of it: the same prompts at the same places.</summary>
    [Theory]
    [InlineData("a.csv", "sep=,\nprompt,kind\n\"x, \"\"y\"\"\r\nz\",1\r\n\r\n\"\",2\nlast,1", "kind", "1")]
    [InlineData("a.csv", "prompt\none\n\n  \ntwo\n\"th\rree\"\nfour", null, null)]
    [InlineData("a.jsonl", "{\"prompt\":\"a\\u00e9\\n\\ud83d\\ude00\",\"n\":1}\n\n {\"prompt\":\"b\",\"n\":2.50}\r\n", "n", "2.50")]
    [InlineData("a.jsonl", "[{\"prompt\":\"a\"},{\"prompt\":\"b\",\"x\":[1,{\"y\":null}]}]", null, null)]
    [InlineData("a.json", "{\"prompt\":[\"a\",\"b\"],\"empty\":[]}", null, null)]
    [InlineData("a.json", "{\"prompt\":\"a\"}\n{\"prompt\":\"b\"}", null, null)]
    [InlineData("a.json", "[ {\"prompt\" : \"a\\/b\\t\" , \"ok\" : true} ]", "ok", "true")]
    public void A_build_reads_files_as_a_run_does(string name, string text, string? column, string? value)
    {
        using var folder = new TemporaryFile(name, text);
        var declared = new PromptFile
        {
            Path = folder.Path,
            WhereColumn = column,
            WhereValue = value,
        };
        var run = PromptFiles.Load(declared, new Anything()).Examples.Select(e => (e.Origin, e.Prompt));
        var build = ContentPrompts.Of(declared, TableRows.Of(name, text)!)!.Select(p => ($"{folder.Path}, {p.Position}", p.Prompt));
        Assert.Equal(run, build);
    }

    [Theory]
    [InlineData("a.csv", "prompt\n\"open\n")]
    [InlineData("a.csv", "prompt,b\none\n")]
    [InlineData("a.csv", "prompt\na\"b\"\n")]
    [InlineData("a.json", "[{\"prompt\":\"a\"},]")]
    [InlineData("a.json", "{\"prompt\":[\"a\"],\"b\":[1,2]}")]
    [InlineData("a.jsonl", "{\"prompt\":\"a\"} x")]
    [InlineData("a.jsonl", "{\"prompt\":\"a\",\"prompt\":\"b\"}")]
    public void A_file_with_a_mistake_is_left_to_the_run(string name, string text) => Assert.Null(TableRows.Of(name, text));

    [Fact]
    public void Parts_and_layouts_that_only_the_run_knows_are_left_to_it()
    {
        ContentRow[] rows = [.. TableRows.Of("a.csv", "prompt\na\nb\n")!];
        Assert.NotNull(ContentPrompts.Of(new PromptFile(), rows));
        Assert.Equal(["a"], ContentPrompts.Of(new PromptFile { Take = 1 }, rows)!.Select(p => p.Prompt));
        Assert.Null(ContentPrompts.Of(new PromptFile { Split = Split.Between(0, 0.5) }, rows));
        Assert.Null(ContentPrompts.Of(new PromptFile { Take = 1, Order = PromptOrder.ByPlace }, rows));
        Assert.Null(ContentPrompts.Of(new PromptFile { Layout = PromptLayout.Messages }, rows));
        Assert.Null(ContentPrompts.Of(new PromptFile { Layout = PromptLayout.AdvBench }, rows));
    }

    sealed class Counted(string path, string text, Action read) : AdditionalText
    {
        public override string Path => path;

        public override Microsoft.CodeAnalysis.Text.SourceText GetText(CancellationToken cancellationToken = default)
        {
            read();
            return Microsoft.CodeAnalysis.Text.SourceText.From(text, System.Text.Encoding.UTF8);
        }
    }

    sealed class TemporaryFile : IDisposable
    {
        readonly string folder = Directory.CreateTempSubdirectory("dcrdsl").FullName;

        public TemporaryFile(string name, string text) => File.WriteAllText(Path = System.IO.Path.Combine(folder, name), text);

        public string Path { get; }

        public void Dispose() => Directory.Delete(folder, recursive: true);
    }

    sealed class Anything : IChatTokenizer
    {
        public int VocabularySize => 4;

        public int PadToken => 0;

        public int EndToken => 1;

        public IReadOnlyList<int> StopTokens => [EndToken];

        public int[] Prompt(string prompt) => [];

        public EncodedText Answered(string prompt, string response) => new([], 0);

        public int[] Encode(string text) => [];

        public string Decode(ReadOnlySpan<int> tokens) => "";

        public IReadOnlyList<string> UnknownWords(string text) => [];
    }
}
