using CsCheck;
using DcrDsl.Generators.Emit;
using DcrDsl.Generators.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace DcrDsl.Generators.Tests;

/// <summary>Whatever a declaration says in words, the program it becomes is made of the same parts.</summary>
public class TextIsNeverCodeTests
{
    /// <summary>What ends lines, comments, literals, elements and documents, and what looks like code behind them.</summary>
    static readonly string[] Nasty =
    [
        "\n",
        "\r",
        "\r\n",
        "\u0085",
        "\u2028",
        "\u2029",
        "\0",
        "\t",
        "\u001b[31m",
        "\u202e",
        "\u2066",
        "\ufeff",
        "\uffff",
        "*/",
        "/*",
        "//",
        "///",
        "\n///",
        "\n#error x\n",
        "#if false",
        "\"",
        "\"\"\"",
        "\"\"\"\"",
        "'",
        "\\",
        "\\\"",
        "\\n",
        "{",
        "}",
        "{0}",
        "{{",
        "$\"{",
        "@\"",
        "<",
        ">",
        "&",
        "<b>",
        "</summary>",
        "</code></remarks>",
        "<!--",
        "-->",
        "]]>",
        "&amp;",
        "&#10;",
        "\n} class Injected { static Injected() { System.Environment.Exit(1); } } //",
        "; return; //",
        "😀",
        "é",
        "e\u0301",
        "中",
        "\u200b",
        "\u00a0",
        "none",
        "null",
        "~",
        "- a",
        ": ",
        " #",
        "!x",
        "&a",
        "*a",
        "%",
        "`",
        "|",
        ">\n x",
        "[",
        "]",
        ",",
        "swept",
        "\\u000a",
        "\\U0000000a",
        "\u000b",
        "\u000c",
        " ",
    ];

    static readonly Gen<string> Text = Gen.OneOf(
            Gen.Int[0, Nasty.Length - 1].Select(i => Nasty[i]),
            Gen.Char.Where(IsWhole).Select(c => c.ToString())
        )
        .Array[1, 6]
        .Select(parts => "x" + string.Concat(parts));

    /// <summary>Half characters are refused where they are written (DCR052).</summary>
    static bool IsWhole(char c) => !char.IsSurrogate(c) && c != '\uFFFD';

    static readonly GeneratorRun Plain = InCSharp("x"),
        PlainYaml = InYaml("x");

    [Fact]
    public void No_text_of_a_record_changes_the_shape_of_its_program() =>
        Text.Sample(text => AssertSameShape(Plain, InCSharp(text)), iter: 30, threads: 1);

    [Fact]
    public void No_text_of_a_yaml_file_changes_the_shape_of_its_program() =>
        Text.Sample(text => AssertSameShape(PlainYaml, InYaml(text)), iter: 30, threads: 1);

    [Fact]
    public void Every_nasty_text_by_itself_leaves_the_program_compiling()
    {
        foreach (string text in Nasty)
        {
            var (csharp, yaml) = (InCSharp("x" + text), InYaml("x" + text));
            AssertSameShape(Plain, csharp);
            AssertSameShape(PlainYaml, yaml);
            Assert.Empty(csharp.BuildDiagnostics.Select(d => d.ToString()));
            Assert.Empty(yaml.BuildDiagnostics.Select(d => d.ToString()));
        }
    }

    [Theory]
    [InlineData("summary-injects-code.dcr.yaml"), InlineData("summary-two-lines.dcr.yaml"), InlineData("task-called-by-a-keyword.dcr.yaml")]
    public void What_went_wrong_once_is_compiled(string file)
    {
        string path = Path.Combine(SharedFaults, file);
        Assert.SkipUnless(File.Exists(path), $"{path} is not there");
        var run = GeneratorRun.Of("", (file, File.ReadAllText(path)));
        Assert.Empty(run.Diagnostics.Where(d => d.Severity >= DiagnosticSeverity.Warning));
        Assert.Empty(run.BuildDiagnostics.Select(d => d.ToString()));
        Assert.Null(run.Output.GetTypeByMetadataName("Experiments.Injected"));
    }

    static readonly string SharedFaults = Path.GetFullPath(Path.Combine(Snapshot.Project, "..", "..", "..", "shared", "faults", "yaml"));

    [Fact]
    public void A_literal_has_exactly_the_value_of_its_text() =>
        Text.Sample(
            text =>
            {
                var literal = SyntaxFactory.ParseExpression(Code.Text(text).ToString());
                Assert.Equal(text, Assert.IsType<Microsoft.CodeAnalysis.CSharp.Syntax.LiteralExpressionSyntax>(literal).Token.Value);
                Assert.Empty(literal.GetDiagnostics());
            },
            iter: 2000,
            threads: 1
        );

    /// <summary>
    /// The writer's API takes no text, so this cannot be written by mistake; should it be all the same, nothing is generated.
    /// </summary>
    [Fact]
    public void A_line_of_code_never_holds_the_end_of_a_line() =>
        Assert.Throws<InvalidOperationException>(() => new CodeWriter().Line($"// one\u2028two"));

    static void AssertSameShape(GeneratorRun plain, GeneratorRun nasty)
    {
        Assert.Empty(nasty.Diagnostics.Where(d => d.Severity >= DiagnosticSeverity.Warning).Select(d => d.ToString()));
        Assert.Equal(plain.Result.GeneratedSources.Select(s => s.HintName), nasty.Result.GeneratedSources.Select(s => s.HintName));
        foreach (var (a, b) in plain.Result.GeneratedSources.Zip(nasty.Result.GeneratedSources))
        {
            Assert.Empty(b.SyntaxTree.GetDiagnostics());
            Assert.Equal(Kinds(a.SyntaxTree, trivia: false), Kinds(b.SyntaxTree, trivia: false));
            Assert.Equal(Kinds(a.SyntaxTree, trivia: true), Kinds(b.SyntaxTree, trivia: true));
        }
    }

    /// <summary>
    /// The kinds of nodes and tokens of the code; or of nodes alone, those of documentation comments among them, whose tokens are pieces of
    /// text.
    /// </summary>
    static IEnumerable<SyntaxKind> Kinds(SyntaxTree tree, bool trivia) =>
        trivia
            ? tree.GetRoot().DescendantNodes(descendIntoTrivia: true).Select(n => n.Kind())
            : tree.GetRoot().DescendantNodesAndTokens().Select(n => n.Kind());

    /// <summary>The text in every place of a record that takes any.</summary>
    static GeneratorRun InCSharp(string text)
    {
        string literal = Escaped(text),
            path = Escaped(text.Replace("\0", "")); // a path with a zero character is refused (DCR050)
        return GeneratorRun.Of(
            Declaration.CSharp(
                model: $"new HuggingFace {{ Path = {path}, ChatTemplate = {literal}, EndOfTurn = {literal} }}",
                align: $"new() {{ General = new PromptFile {{ Path = {path}, PromptColumn = {literal}, ResponseColumn = {literal}, "
                    + $"CategoryColumn = {literal}, WhereColumn = {literal}, WhereValue = {literal} }}, Refusals = "
                    + $"ToyWorld.AlignmentRefusals, Adapter = new Lora {{ Targets = [{literal}] }} }}",
                score: $"new() {{ Judge = new RefusalPhrases {{ Openings = [{literal}], Anywhere = [{literal}] }}, Tasks = "
                    + $"[ToyWorld.Toxic, new MultipleChoiceTask {{ Name = \"Mine\", Path = \"y\" + {path}, Format = ChoiceFormat.Arc "
                    + $"with {{ Description = {literal}, Text = {literal} }} }}] }}",
                arms: $"[Arm({literal} + \"x\")] public static Test Stl => new() {{ Dcr = ContrastiveRefinement.None }};\n    "
                    + $"[Arm(\"DCR\")] public static Test Full => new();",
                rest: $"[Sweep(\"Base.EndOfTurn\")] public static string[] Ends => [{literal}, \"other\"];"
            )
        );
    }

    /// <summary>The text in every place of a YAML file that takes any, and in its name; what a YAML file cannot hold is left out.</summary>
    static GeneratorRun InYaml(string text)
    {
        text = new([.. text.Where(c => !char.IsSurrogate(c))]);
        string literal = Escaped(text),
            path = Escaped(text.Replace("\0", ""));
        return GeneratorRun.Of(
            "",
            (
                $"{text.Replace('/', ' ')}.dcr.yaml",
                Declaration
                    .Yaml(
                        model: $"{{ type: HuggingFace, path: {path}, chatTemplate: {literal}, endOfTurn: {literal} }}",
                        align: $"{{ type: SupervisedFineTuning, general: {{ type: PromptFile, path: {path}, promptColumn: {literal}, "
                            + $"responseColumn: {literal} }}, refusals: ToyWorld.AlignmentRefusals }}",
                        score: $"{{ type: EvaluationGrid, judge: {{ type: RefusalPhrases, openings: [{literal}], anywhere: [{literal}] "
                            + $"}}, tasks: [ToyWorld.Toxic] }}",
                        arms: $"\n  {literal.TrimEnd('"')}x\": {{ summary: {literal}, Dcr: none }}\n  DCR: {{ summary: {literal} }}",
                        rest: $"sweep: {{ Base.endOfTurn: [{literal}, other] }}"
                    )
                    .Replace("summary: Is this a test?", $"summary: {literal}")
            )
        );
    }

    static string Escaped(string text) => "\"" + string.Concat(text.Select(c => $"\\u{(int)c:x4}")) + "\"";
}
