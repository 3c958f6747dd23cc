using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DcrDsl.Generators.Tests.Snippets;

/// <summary>
/// A block of C# as a file that compiles: types and statements as they are, and what is a part of a declaration (members, options, a
/// value, an attribute) in an experiment around it. What it leaves out by <c>…</c> is put in.
/// </summary>
static partial class CSharpSnippet
{
    const string Usings =
        "using System.IO; using System.Threading; using System.Threading.Tasks; using DcrDsl.Data; using DcrDsl.Data.Chat; "
        + "using DcrDsl.Definition; using DcrDsl.Evaluation.Attacking; "
        + "using DcrDsl.Evaluation.Steering; using DcrDsl.Execution; using DcrDsl.Jinja; using DcrDsl.Jinja.Chat; using DcrDsl.Models; "
        + "using DcrDsl.Models.Checkpoints; using DcrDsl.Models.LowRank; using DcrDsl.Reports; using DcrDsl.Results; "
        + "using DcrDsl.Results.Comparing; using DcrDsl.Specs; using DcrDsl.Tokenizers; using TorchSharp; using static TorchSharp.torch;";

    public enum Shape
    {
        Types,
        Members,
        Options,
        Value,
        Attribute,
        Statements,
        Unknown,
    }

    /// <summary>What the text of a block is by its syntax, once nothing is left out of it.</summary>
    public static Shape ShapeOf(string text)
    {
        var file = Parse(text);
        if (IsWhole(file) && file.Members.Count > 0 && file.Members.All(m => m is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax))
            return Shape.Types;
        var inType = Parse($"class C\n{{\n{text}\n}}");
        if (
            IsWhole(inType)
            && inType.Members is [ClassDeclarationSyntax { Members: { Count: > 0 } members }]
            && members.All(m => m is PropertyDeclarationSyntax)
        )
            return Shape.Members;
        if (Assigned(text).Count > 0)
            return Shape.Options;
        if (text.StartsWith('[') && IsWhole(Parse($"class C\n{{\n{text}\nint X;\n}}")))
            return Shape.Attribute;
        if (SyntaxFactory.ParseExpression(text) is { ContainsDiagnostics: false } value && value.FullSpan.Length == text.Length)
            return Shape.Value;
        return IsWhole(file) ? Shape.Statements : Shape.Unknown;
    }

    /// <summary>Whether a block is run rather than declared.</summary>
    public static bool IsProgram(Block block) =>
        Wrapper.Of(block) is null && ShapeOf(WithoutGaps(OfTheLab().Replace(block.Text, ""))) == Shape.Statements;

    /// <summary>Whether other blocks of its page may use what it declares.</summary>
    public static bool DeclaresTypes(Block block) =>
        Wrapper.Of(block) is null && ShapeOf(WithoutGaps(OfTheLab().Replace(block.Text, ""))) == Shape.Types;

    /// <summary>The file that a block is compiled as; <paramref name="beside"/> are the namespaces of its page's other types.</summary>
    public static string File(Block block, IEnumerable<string> beside)
    {
        var given = Wrapper.Of(block);
        string text = WithoutGaps(OfTheLab().Replace(block.Text, ""));
        text = text.Replace(MembersGap, text.Contains("[DcrExperiment(", StringComparison.Ordinal) ? Members(text, "") : "");
        var shape = ShapeOf(text);
        string mapped = Line(block) + text + "\n#line default\n",
            code = given is not null
                ? given.Before.Replace("$experiment", Members("")) + "\n" + mapped + given.After.Replace("$experiment", Members(""))
                : shape switch
                {
                    Shape.Types => mapped,
                    Shape.Members => Experiment(block, Members(text, mapped)),
                    Shape.Options => Experiment(block, Stage(block, text)),
                    Shape.Value => Experiment(block, Alone(block, text)),
                    Shape.Attribute => Experiment(block, Members(""), text),
                    Shape.Statements =>
                        $"static class Program\n{{\nstatic async {(Returns(text) ? "Task<int>" : "Task")} Main(string[] args)\n{{\n"
                            + $"await Task.Yield();\n{mapped}}}\n}}",
                    _ => throw new InvalidOperationException(
                        $"{block.Place}: what this is cannot be told; mark it, or give it surroundings in Wrapper.cs."
                    ),
                };
        // An experiment is declared by many pages, under one name.
        code = Regex.Replace(code, "DcrExperiment\\(\"[^\"]*\"", $"DcrExperiment(\"{block.Name}\"");
        if (IsProgram(block) || given is { IsProgram: true })
            code = "using DcrDsl.Evaluation;\nusing DcrDsl.Experiments;\nusing DcrDsl.Models.Interventions;\n" + code;
        var usings = Regex.Matches(code, @"^using [\w. =]+;", RegexOptions.Multiline).Select(m => m.Value).ToList();
        code = Regex.Replace(code, @"^using (static )?[\w. =]+;", "", RegexOptions.Multiline);
        return $"#pragma warning disable CS8019, CS0105, CS1591\n{Usings}\n{string.Concat(usings.Where(u => !u.Contains("MyLab")))}\n"
            + string.Concat(beside.Where(n => n != block.Namespace).Select(n => $"using {n};"))
            + $"\nnamespace {block.Namespace}\n{{\n{code}\n}}\n";
    }

    /// <summary>Left out may be members, options, prompts, a body; never what stands in quotes.</summary>
    static string WithoutGaps(string text)
    {
        string[] parts = Quoted().Split(text);
        for (int i = 0; i < parts.Length; i += 2)
            parts[i] = Gaps.Aggregate(parts[i], (part, gap) => Regex.Replace(part, gap.Pattern, gap.Filled, RegexOptions.Multiline));
        string whole = string.Concat(parts);
        return Regex.Replace(
            whole,
            Regex.Escape(OptionsGap),
            gap =>
                Regex.Matches(whole[..gap.Index], @"public (\w+) \w+ \{") is { Count: > 0 } stages
                && Surroundings.Stages.FirstOrDefault(s => s.Record.Name == stages[^1].Groups[1].Value).Record is { } record
                    ? Rest(record, Named(whole), whole) + ","
                    : ""
        );
    }

    const string OptionsGap = "/* options */",
        MembersGap = "/* members */";

    static readonly (string Pattern, string Filled)[] Gaps =
    [
        (@"\[ ?… ?\]", "[ToyWorld.SeeminglyToxic, ToyWorld.Toxic]"),
        (@"\b(SeeminglyToxic|Toxic|General) = …", "$1 = ToyWorld.Watched$1"),
        ("=> …", "=> throw new System.NotImplementedException()"),
        (@"\) …", ") { }"),
        (@"\{ …, ", "{ " + OptionsGap + " "),
        ("^[ \t]*…,[ \t]*$", OptionsGap),
        ("^[ \t]*…[ \t]*$", MembersGap),
        ("^[ \t]*…[ \t]*//", "//"),
    ];

    /// <summary>An experiment whose members are these; in front of it, or of its arm or sweep, may stand an attribute.</summary>
    static string Experiment(Block block, string members, string attribute = "")
    {
        string Of(string name) =>
            attribute.StartsWith("[" + name, StringComparison.Ordinal) ? "\n" + Line(block) + attribute + "\n#line default\n" : "";
        string record = OfArms().Match(members) is { Success: true } named ? named.Groups["record"].Value : "Example";
        string whole = members.Contains("[Arm(", StringComparison.Ordinal)
            ? ""
            : (Of("Arm") is { Length: > 0 } arm ? arm : "[Arm(\"DCR\", Role = ArmRole.Subject)] ")
                + $"public static {record} Other => new();";
        string swept = Of("Sweep") is { Length: > 0 } sweep ? sweep + "public static double[] Swept => [0.1, 0.2];" : "";
        if (Of("Exclude").Length > 0)
            swept = "[Sweep(\"Dcr.Layer\")] public static int[] A => [2, 3]; [Sweep(\"Dcr.Steps\")] public static int[] B => [60, 120];";
        string late =
            attribute.Contains("\"late\"", StringComparison.Ordinal) && Of("Arm").Length == 0
                ? $"[Arm(\"late\")] public static {record} Late => new();"
                : "";
        string declared = Of("DcrExperiment") is { Length: > 0 } own ? own : "[DcrExperiment(\"x\")] ";
        string reference = members.Contains("ArmRole.Reference", StringComparison.Ordinal)
            ? ""
            : $"[Arm(\"STL\", Role = ArmRole.Reference)] public static {record} Stl => new() {{ Dcr = ContrastiveRefinement.None }};";
        return $"/// <summary>Is this an example?</summary>\n{declared}{Of("Exclude")}public partial record {record}\n{{\n{members}\n"
            + $"{whole}{reference}{swept}{late}\n}}";
    }

    /// <summary>
    /// Members of an experiment with the stages of the surroundings that they have not, in their order, the base model and seeds.
    /// </summary>
    static string Members(string own, string? written = null)
    {
        bool Has(int stage) => Regex.IsMatch(own, $@"\b{Surroundings.Stages[stage].Record.Name} {Surroundings.Stages[stage].Stage}\b");
        int[] all = [.. Enumerable.Range(0, Surroundings.Stages.Length)];
        int first = all.FirstOrDefault(Has, Surroundings.Stages.Length - 1);
        string Others(Func<int, bool> there) =>
            string.Concat(
                all.Where(i => there(i) && !Has(i) && Surroundings.Always.Contains(Surroundings.Stages[i].Stage))
                    .Select(i => Surroundings.Stages[i])
                    .Select(s => $"public {s.Record.Name} {s.Stage} {{ get; init; }} = new() {{ {Rest(s.Record, [], own)} }};\n")
            );
        return (Regex.IsMatch(own, @"\bModelSpec Base\b") ? "" : $"public ModelSpec Base {{ get; init; }} = {Surroundings.Base(own)};\n")
            + Others(i => i < first)
            + (written ?? own)
            + Others(i => i >= first)
            + (own.Contains("[Seeds]", StringComparison.Ordinal) ? "" : "[Seeds] public static int[] Seeds => [0];\n");
    }

    /// <summary>The stage whose options a fragment lists.</summary>
    static string Stage(Block block, string text)
    {
        var names = Assigned(text);
        var (record, stage, within, _) = Surroundings.Inner.FirstOrDefault(i => names.All(n => i.Record.GetProperty(n) is not null));
        Assert.True(record is not null, $"{block.Place}: no record of Surroundings.Inner has all of {string.Join(", ", names)}.");
        string options = $"\n{Line(block)}{text.TrimEnd().TrimEnd(',')}\n#line default\n, {Rest(record, names, text)}";
        return Members(
            within.Length == 0
                ? $"public {record.Name} {stage} {{ get; init; }} = new() {{ {options} }};"
                : $"public EvaluationGrid Score {{ get; init; }} = new() {{ {within} = ["
                    + (within == "Tasks" ? "ToyWorld.SeeminglyToxic, " : "")
                    + $"new {record.Name} {{ {options} }}], {Rest(typeof(Specs.EvaluationGrid), [within], text)} }};"
        );
    }

    /// <summary>The stage that a record, written alone, stands in.</summary>
    static string Alone(Block block, string text)
    {
        string name = Regex.Match(text, @"^new (\w+)").Groups[1].Value;
        var record = typeof(Specs.Stage).Assembly.GetExportedTypes().SingleOrDefault(t => t.Name == name);
        Assert.True(record is not null, $"{block.Place}: no record of the vocabulary is called {name}.");
        var (stage, within) = Surroundings.PlaceOf(record);
        string value = "\n" + Line(block) + text + "\n#line default\n";
        if (stage.Length == 0)
            return Members($"public ModelSpec Base {{ get; init; }} = {value};");
        string type = Surroundings.Stages.Single(s => s.Stage == stage).Record.Name;
        if (typeof(Specs.PromptSource).IsAssignableFrom(record))
            value = $"new PromptTask {{ Name = \"Mine\", Prompts = {value} }}";
        bool list = within is "Tasks" or "OtherJudges";
        return Members(
            within.Length == 0
                ? $"public {type} {stage} {{ get; init; }} = {value};"
                : $"public {type} {stage} {{ get; init; }} = new() {{ {within} = {(list ? "[" : "")}{value}{(list ? "]" : "")}, "
                    + $"{Rest(Surroundings.Stages.Single(s => s.Stage == stage).Record, [within], text)} }};"
        );
    }

    /// <summary>The options of the surroundings but those given.</summary>
    static string Rest(Type record, IEnumerable<string> given, string text) =>
        string.Join(
            ", ",
            Surroundings
                .Inner.Single(i => i.Record == record)
                .Options.Where(o => !given.Contains(o.Option) && (o.Option != "Judge" || Surroundings.IsReal(text)))
                .Select(o => $"{o.Option} = {o.CSharp}")
        );

    static IEnumerable<string> Named(string text) => Regex.Matches(text, @"\b(\w+)\s*=").Select(m => m.Groups[1].Value);

    /// <summary>The options that a list of them sets; none where the text is no such list.</summary>
    static IReadOnlyList<string> Assigned(string text) =>
        SyntaxFactory.ParseExpression($"new X {{ {text}\n}}")
            is ObjectCreationExpressionSyntax { ContainsDiagnostics: false, Initializer.Expressions: var options } whole
        && whole.FullSpan.Length == text.Length + "new X { \n}".Length
        && options.All(o => o is AssignmentExpressionSyntax { Left: IdentifierNameSyntax })
            ? [.. options.Cast<AssignmentExpressionSyntax>().Select(o => o.Left.ToString())]
            : [];

    static bool Returns(string text) => text.Contains("return ", StringComparison.Ordinal);

    static string Line(Block block) => $"#line {block.Line} \"{block.Page}\"\n";

    static CompilationUnitSyntax Parse(string text) => CSharpSyntaxTree.ParseText(text, GeneratorRun.ParseOptions).GetCompilationUnitRoot();

    static bool IsWhole(CompilationUnitSyntax file) => !file.GetDiagnostics().Any(d => d.Severity == DiagnosticSeverity.Error);

    [GeneratedRegex("""("(?:\\.|[^"\\\n])*")""")]
    private static partial Regex Quoted();

    // What is declared in the user's project is declared in a namespace for each block here.
    [GeneratedRegex(@"^namespace MyLab;$|(global::)?\bMyLab\.", RegexOptions.Multiline)]
    private static partial Regex OfTheLab();

    [GeneratedRegex(@"public static (?<record>\w+) \w+ => new\(\)")]
    private static partial Regex OfArms();
}
