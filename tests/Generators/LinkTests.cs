using System.Reflection;
using System.Text.RegularExpressions;
using DcrDsl.Generators.Diagnostics;
using Microsoft.CodeAnalysis;

namespace DcrDsl.Generators.Tests;

/// <summary>Where pages lead there is something: files, sections, images; and every page is in the contents of the site.</summary>
public partial class LinkTests
{
    static readonly string Root = Path.GetFullPath(Path.Combine(Snapshot.Project, "..", ".."));

    /// <summary>Pages by their path in the repository.</summary>
    static readonly Dictionary<string, string> Pages = new[] { "docs", "src", ".github" }
        .Select(f => Path.Combine(Root, f))
        .Where(Directory.Exists)
        .SelectMany(f => Directory.EnumerateFiles(f, "*.md", SearchOption.AllDirectories))
        .Concat(Directory.EnumerateFiles(Root, "*.md"))
        .Select(f => Path.GetRelativePath(Root, f).Replace('\\', '/'))
        .Where(f => !Built().IsMatch(f))
        .ToDictionary(f => f, f => File.ReadAllText(Path.Combine(Root, f)).Replace("\r\n", "\n"));

    [Fact]
    public void Every_link_leads_somewhere()
    {
        var links = Pages.SelectMany(p => Links(p.Value).Select(l => (Page: p.Key, To: l))).ToList();
        Assert.True(links.Count > 300, $"only {links.Count} links");
        Assert.Empty(links.Where(l => !Leads(l.Page, l.To)).Select(l => $"{l.Page} → {l.To}"));
    }

    /// <summary>The order of docs/toc.yml has every page once and nothing else, which no site generator says.</summary>
    [Fact]
    public void Every_page_stands_in_the_contents_once()
    {
        string contents = File.ReadAllText(Path.Combine(Root, "docs", "toc.yml"));
        Assert.Equal(
            Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal),
            Regex.Matches(contents, @"href: ([\w.-]+)").Select(m => m.Groups[1].Value).Order(StringComparer.Ordinal)
        );
    }

    /// <summary>The README lists the documentation.</summary>
    [Fact]
    public void The_readme_leads_to_every_page() =>
        Assert.All(
            Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md").Select(f => "docs/" + Path.GetFileName(f)),
            f => Assert.Contains($"]({f}", Pages["README.md"], StringComparison.Ordinal)
        );

    /// <summary>
    /// The link of a diagnostic leads to the page as it is now, from packages of any age: an id that was ever reported keeps its section.
    /// </summary>
    [Fact]
    public void Every_id_that_was_released_has_a_section_for_ever()
    {
        string released = string.Concat(
            new[] { "Shipped", "Unshipped" }.Select(r =>
                File.ReadAllText(Path.Combine(Root, "generators", "DcrDsl.Generators", $"AnalyzerReleases.{r}.md"))
            )
        );
        string[] ids = [.. Regex.Matches(released, @"^(DCR\d+)", RegexOptions.Multiline).Select(m => m.Value)];
        Assert.True(ids.Length > 50, $"only {ids.Length} ids");
        Assert.All(ids, id => Assert.True(Leads("docs/tool.md", $"diagnostics.md#{id.ToLowerInvariant()}"), id));
    }

    /// <summary>One property decides where all help links lead; it is absolute, and ends in the anchor that the page has.</summary>
    [Fact]
    public void Help_links_lead_to_the_address_that_the_project_says()
    {
        string[] links =
        [
            .. typeof(Descriptors)
                .GetFields(BindingFlags.Public | BindingFlags.Static)
                .Select(f => ((DiagnosticDescriptor)f.GetValue(null)!).HelpLinkUri),
        ];
        Assert.Single(links.Select(l => l.Split('#')[0]).Distinct());
        Assert.All(links, l => Assert.Equal(Uri.UriSchemeHttps, new Uri(l, UriKind.Absolute).Scheme));
        Assert.All(links, l => Assert.True(Leads("docs/tool.md", "diagnostics.md#" + l.Split('#')[1]), l));
    }

    /// <summary>What XML comments link to is a web address that a reader of the package can open.</summary>
    [Fact]
    public void Links_of_comments_are_absolute() =>
        Assert.All(
            Directory
                .EnumerateFiles(Path.Combine(Root, "src"), "*.cs", SearchOption.AllDirectories)
                .Where(f => !Built().IsMatch(f.Replace('\\', '/')))
                .SelectMany(f =>
                    Regex.Matches(File.ReadAllText(f), @"///.*<see(also)? href=""(?<to>[^""]*)").Select(m => (f, m.Groups["to"].Value))
                ),
            l => Assert.True(Uri.TryCreate(l.Value, UriKind.Absolute, out _), $"{l.f}: {l.Value}")
        );

    [Theory]
    [InlineData("Nothing is padded", "nothing-is-padded")]
    [InlineData("How completions are read: `plain-1`", "how-completions-are-read-plain-1")]
    [InlineData("Choosing ℓ", "choosing-ℓ")]
    public void A_heading_has_the_anchor_that_GitHub_gives_it(string heading, string anchor) => Assert.Equal(anchor, Anchor(heading));

    static bool Leads(string page, string to)
    {
        if (Regex.IsMatch(to, @"^(https?|mailto):"))
            return Uri.TryCreate(to, UriKind.Absolute, out _);
        string[] parts = to.Split('#', 2);
        string file =
            parts[0].Length == 0
                ? page
                : Path.GetRelativePath(Root, Path.Combine(Root, Path.GetDirectoryName(page)!, parts[0])).Replace('\\', '/');
        if (parts.Length == 1 || !Pages.TryGetValue(file, out string? text))
            return Path.Exists(Path.Combine(Root, file)) && (parts.Length == 1 || !file.EndsWith(".md", StringComparison.Ordinal));
        return Anchors(text).Contains(Uri.UnescapeDataString(parts[1]));
    }

    /// <summary>Links and images of a page's text, not of its code.</summary>
    static IEnumerable<string> Links(string page) =>
        Link().Matches(Code().Replace(page, "")).Select(m => m.Groups["to"].Value.Split(' ')[0].Trim('<', '>'));

    /// <summary>The anchors of a page's headings; the second of a name has a number behind it.</summary>
    static HashSet<string> Anchors(string page) =>
        [
            .. Heading()
                .Matches(Fence().Replace(page, ""))
                .Select(m => Anchor(m.Groups[1].Value))
                .GroupBy(a => a)
                .SelectMany(g => g.Select((a, i) => i == 0 ? a : $"{a}-{i}")),
        ];

    static string Anchor(string heading) =>
        Regex.Replace(Regex.Replace(heading, @"\[([^\]]*)\]\([^)]*\)", "$1").ToLowerInvariant(), @"[^\w\- ]", "").Replace(' ', '-');

    [GeneratedRegex(@"\[(?:[^\[\]]|\[[^\]]*\])*\]\((?<to>[^()\s]+(?: ""[^""]*"")?)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#{1,6} (.+?)\s*$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"^ *```.*?^ *```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"^ *```.*?^ *```|`[^`\n]+`(?!\])", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Code();

    [GeneratedRegex(@"(^|/)(bin|obj)/")]
    private static partial Regex Built();
}
