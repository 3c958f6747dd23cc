using System.Text.RegularExpressions;

namespace DcrDsl.Generators.Tests.Snippets;

/// <summary>
/// A block of code in a page of the documentation. What stands behind its language, as in <c>```csharp excerpt</c>, is shown by no renderer
/// and says how it is checked.
/// </summary>
sealed partial record Block(string Page, int Line, string Language, string Mark, string Text)
{
    static readonly string Root = Path.GetFullPath(Path.Combine(Snapshot.Project, "..", ".."));

    /// <summary>Every page whose blocks are checked: the documentation, the README and what NuGet shows of each package.</summary>
    public static IReadOnlyList<Block> All { get; } =
    [
        .. Directory
            .EnumerateFiles(Path.Combine(Root, "docs"), "*.md")
            .Concat(Directory.EnumerateDirectories(Path.Combine(Root, "src")).Select(d => Path.Combine(d, "PACKAGE.md")))
            .Append(Path.Combine(Root, "README.md"))
            .Where(File.Exists)
            .Order(StringComparer.Ordinal)
            .SelectMany(Of),
    ];

    /// <summary>Where it stands, as an editor takes it.</summary>
    public string Place => $"{Page}:{Line}";

    /// <summary>A name for what is made of it, in code and on a command line.</summary>
    public string Name => NotInNames().Replace($"{Path.ChangeExtension(Page, null)}-{Line}", "-").ToLowerInvariant();

    /// <summary>The namespace that it is compiled in.</summary>
    public string Namespace => "Docs." + Name.Replace('-', '_');

    static IEnumerable<Block> Of(string file)
    {
        string page = Path.GetRelativePath(Root, file).Replace('\\', '/'),
            text = File.ReadAllText(file).Replace("\r\n", "\n");
        return Fence()
            .Matches(text)
            .Select(m => new Block(
                page,
                text[..m.Index].Count(c => c == '\n') + 2,
                m.Groups["language"].Value,
                m.Groups["mark"].Value.Trim(),
                m.Groups["text"].Value
            ));
    }

    [GeneratedRegex(@"^ *```(?<language>\w*)(?<mark>[^\n]*)\n(?<text>.*?)^ *```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"[^\w-]+")]
    private static partial Regex NotInNames();
}
