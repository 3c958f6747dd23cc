using System.Reflection;
using System.Text.RegularExpressions;

namespace DcrDsl.Generators.Tests;

/// <summary>What docs/common-tasks.md names is there.</summary>
public class CommonTasksTests
{
    static readonly string Root = Path.GetFullPath(
        Path.Combine(
            typeof(CommonTasksTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(a => a.Key == "ProjectFolder").Value!,
            "..",
            ".."
        )
    );

    static readonly string Page = File.ReadAllText(Path.Combine(Root, "docs", "common-tasks.md"));

    [Fact]
    public void Every_path_that_the_page_names_exists()
    {
        var paths = Named(@"(?:src|generators|tests|docs|experiments)/[\w./-]*\w").ToList();
        Assert.True(paths.Count > 30, $"only {paths.Count} paths");
        Assert.All(paths, p => Assert.True(Path.Exists(Path.Combine(Root, p)), p));
    }

    [Fact]
    public void Every_test_that_the_page_names_exists()
    {
        var sources = Directory
            .EnumerateFiles(Path.Combine(Root, "tests"), "*Tests.cs", SearchOption.AllDirectories)
            .ToDictionary(f => Path.GetFileNameWithoutExtension(f) + "\n" + f, File.ReadAllText);
        var tests = Named(@"\w+Tests\.[A-Z]\w+_\w+").Select(t => t.Split('.')).ToList();
        Assert.True(tests.Count > 15, $"only {tests.Count} tests");
        Assert.Empty(
            tests
                .Where(t =>
                    !sources.Any(s =>
                        s.Key.StartsWith(t[0] + "\n", StringComparison.Ordinal) && s.Value.Contains($" {t[1]}(", StringComparison.Ordinal)
                    )
                )
                .Select(t => string.Join('.', t))
        );
    }

    /// <summary>Where a link of the page leads within it there is a heading.</summary>
    [Fact]
    public void Every_section_that_the_page_links_to_exists()
    {
        var headings = Regex
            .Matches(Page, @"^## (.+)$", RegexOptions.Multiline)
            .Select(m => m.Groups[1].Value.ToLowerInvariant().Replace(' ', '-'));
        Assert.Subset(headings.ToHashSet(), Regex.Matches(Page, @"\]\(#([\w-]+)\)").Select(m => m.Groups[1].Value).ToHashSet());
    }

    /// <summary>What stands in code and has a form.</summary>
    static IEnumerable<string> Named(string form) => Regex.Matches(Page, $"`({form})`").Select(m => m.Groups[1].Value).Distinct();
}
