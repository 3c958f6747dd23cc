using System.Text.RegularExpressions;
using DcrDsl.Tests;

namespace DcrDsl.Generators.Tests;

/// <summary>docs/questions.md: each declaration builds, and each section that it names is one of the report's.</summary>
public partial class QuestionsTests
{
    static readonly string Root = Path.GetFullPath(Path.Combine(Snapshot.Project, "..", ".."));

    static readonly string Page = File.ReadAllText(Path.Combine(Root, "docs", "questions.md")).Replace("\r\n", "\n");

    public static TheoryData<int> Fragments => [.. Enumerable.Range(0, Blocks().Length - 1)];

    [Fact]
    public void There_are_twelve_questions() => Assert.Equal(12, Regex.Count(Page, @"^## \d+\. ", RegexOptions.Multiline));

    [Theory]
    [MemberData(nameof(Fragments))]
    public void The_declaration_of_each_builds(int fragment)
    {
        string[] blocks = Blocks();
        var run = GeneratorRun.Of("", ("question.dcr.yaml", Replaced(blocks[0], blocks[fragment + 1])));
        Assert.Empty(run.Diagnostics.Where(d => d.Severity >= Microsoft.CodeAnalysis.DiagnosticSeverity.Warning));
        Assert.Empty(run.CompilerDiagnostics);
    }

    /// <summary>What stands in a title of a section up to its first hole is in the report's source.</summary>
    [Fact]
    public void Every_section_that_answers_is_in_the_report()
    {
        string sources = string.Concat(
            Directory.EnumerateFiles(Path.Combine(Root, "src", "DcrDsl", "Reports"), "*.cs").Select(File.ReadAllText)
        );
        string[] named = [.. Section().Matches(Page).Select(m => m.Groups["title"].Value).Distinct()];
        Assert.True(named.Length >= 12, $"only {named.Length} sections");
        Assert.All(
            named.Select(n => Regex.Replace(n, @"^(Along|Against) .*(STL|Dcr\.\w+)$|^Dcr\.\w+ by .*$", m => m.Groups[1].Value)),
            n => Assert.Contains(n.Length == 0 ? " by {" : $"\"{n}", sources)
        );
    }

    static string[] Blocks() => [.. Yaml().Matches(Page).Select(m => m.Groups["text"].Value)];

    /// <summary>The declaration with the keys of a fragment in place of its own; of the stages, those that the fragment has.</summary>
    static string Replaced(string declaration, string fragment)
    {
        var whole = Keys(declaration, "");
        foreach (var (key, text) in Keys(fragment, ""))
            if (key == "stages")
            {
                var stages = Keys(whole[key], "  ");
                foreach (var (stage, own) in Keys(text, "  "))
                    stages[stage] = own;
                whole[key] = "stages:\n" + string.Concat(stages.Values);
            }
            else
                whole[key] = text;
        return string.Concat(whole.Values);
    }

    static OrderedDictionary<string, string> Keys(string text, string indent) =>
        new(
            Regex
                .Matches(text, $@"^{indent}(?<key>\w+):.*\n({indent}[ ].*\n)*", RegexOptions.Multiline)
                .Select(m => KeyValuePair.Create(m.Groups["key"].Value, m.Value))
        );

    [GeneratedRegex(@"```yaml\n(?<text>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Yaml();

    // Titles are in italics behind "Answered in"; a question may have a word in italics too.
    [GeneratedRegex(@"(?<=Answered in [^\n]*)\*(?<title>[A-Z][^*\n]*)\*")]
    private static partial Regex Section();
}
