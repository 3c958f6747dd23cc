using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;

namespace DcrDsl.Generators.Tests.Snippets;

/// <summary>
/// What the documentation shows is what the code takes: every block of C# and YAML is built with the generator, excerpts stand where they
/// are taken from, other languages are read.
/// </summary>
public class SnippetTests
{
    static readonly string Root = Path.GetFullPath(Path.Combine(Snapshot.Project, "..", ".."));

    /// <summary>What programs of pages stand beside: all that experiments declares in C#, and the files whose results pages read.</summary>
    static IEnumerable<string> Declared() =>
        Directory
            .EnumerateFiles(Path.Combine(Root, "experiments"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !Regex.IsMatch(f, @"[/\\](bin|obj|Generated)[/\\]|Program\.cs$"))
            .Concat(
                new[] { "attacks", "layers", "own-objective" }.Select(f => Path.Combine(Root, "experiments", "ablations", f + ".dcr.yaml"))
            );

    /// <summary>All in one build, with no warning; a failure names the page and the line.</summary>
    [Fact]
    public void Every_declaration_builds()
    {
        Block[] blocks = [.. Block.All.Where(b => b is { Language: "csharp", Mark: "" } && !IsProgram(b))];
        Block[] yaml =
        [
            .. Block.All.Where(b => b is { Language: "yaml", Mark: "" } && !b.Page.EndsWith("questions.md", StringComparison.Ordinal)),
        ];
        Assert.True(blocks.Length > 60 && yaml.Length > 25, $"only {blocks.Length} blocks of C# and {yaml.Length} of YAML");
        var run = GeneratorRun.Of(
            new ProjectSettings { RootNamespace = "Docs.Catalog", WithItsLibraries = true },
            Files(blocks),
            [.. yaml.Select(y => (y.Place + ".dcr.yaml", YamlSnippet.File(y)))]
        );
        None(Failures(run));
    }

    /// <summary>Programs and fragments of them, beside the experiments whose results they read.</summary>
    [Fact]
    public void Every_program_builds()
    {
        Block[] blocks = [.. Block.All.Where(b => b is { Language: "csharp", Mark: "" } && IsProgram(b))];
        Assert.True(blocks.Length > 10, $"only {blocks.Length} programs");
        var declared = Declared().Select(f => (Path: f, Text: File.ReadAllText(f))).ToLookup(f => Path.GetExtension(f.Path) == ".cs");
        var run = GeneratorRun.Of(
            new ProjectSettings { RootNamespace = "DcrDsl.Experiments", WithItsLibraries = true },
            [.. declared[true], .. Files(blocks)],
            [.. declared[false]]
        );
        None(Failures(run));
    }

    /// <summary>An excerpt of a generated program, or of an experiment, is in one; <c>…</c> stands for lines that it leaves out.</summary>
    [Fact]
    public void Every_excerpt_stands_where_it_is_taken_from()
    {
        string[] sources =
        [
            .. Directory
                .EnumerateFiles(Path.Combine(Root, "experiments"), "*.cs", SearchOption.AllDirectories)
                .Where(f => !Regex.IsMatch(f, @"[/\\](bin|obj)[/\\]"))
                .Select(f => Plain(File.ReadAllText(f))),
        ];
        Block[] blocks = [.. Block.All.Where(b => b.Mark == "excerpt")];
        Assert.NotEmpty(blocks);
        Assert.Empty(
            blocks
                .Where(b =>
                {
                    string pattern = string.Join(".*?", Plain(b.Text).Split('…').Select(p => Regex.Escape(p.Trim())));
                    return !sources.Any(s => Regex.IsMatch(s, pattern, RegexOptions.Singleline));
                })
                .Select(b => b.Place)
        );

        static string Plain(string text) => Regex.Replace(text, @"\s+", " ");
    }

    [Fact]
    public void Every_block_of_another_language_is_read_and_none_has_a_mark_that_says_nothing()
    {
        foreach (var block in Block.All.Where(b => b.Language == "xml"))
            XElement.Parse($"<Project>{block.Text}</Project>");
        foreach (var block in Block.All.Where(b => b.Language == "json"))
            using (
                JsonDocument.Parse(
                    block.Text.TrimStart().StartsWith('{') ? block.Text : $"{{{block.Text.TrimEnd().TrimEnd(',')}{Closing(block.Text)}}}"
                )
            ) { }
        Assert.Empty(Block.All.Where(b => b.Mark is not ("" or "excerpt")).Select(b => $"{b.Place} {b.Mark}"));
        Assert.Empty(Wrapper.All.Where(w => !Block.All.Any(w.IsOf)).Select(w => $"{w.Page}: nothing begins with {w.Begins}"));

        static string Closing(string text) => new('}', text.Count(c => c == '{') - text.Count(c => c == '}'));
    }

    /// <summary>All of them in the message, which Assert.Empty would shorten.</summary>
    static void None(IEnumerable<string> failures)
    {
        string[] all = [.. failures];
        if (all.Length > 0)
            Assert.Fail($"{all.Length} failures:\n{string.Join('\n', all)}");
    }

    static bool IsProgram(Block block) => Wrapper.Of(block) is { IsProgram: true } || CSharpSnippet.IsProgram(block);

    static IEnumerable<(string Path, string Text)> Files(Block[] blocks)
    {
        var declaring = blocks.Where(CSharpSnippet.DeclaresTypes).ToLookup(b => b.Page, b => b.Namespace);
        return blocks.Select(b => (b.Place + ".cs", CSharpSnippet.File(b, declaring[b.Page])));
    }

    static IEnumerable<string> Failures(GeneratorRun run) =>
        run
            .Diagnostics.Where(d => d.Severity >= DiagnosticSeverity.Warning)
            .Concat(run.CompilerDiagnostics)
            .Select(d => $"{d.Location.GetMappedLineSpan()} {d.Id}: {d.GetMessage(System.Globalization.CultureInfo.InvariantCulture)}");
}
