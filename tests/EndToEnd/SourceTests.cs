using System.Text.RegularExpressions;

namespace DcrDsl.EndToEnd.Tests;

/// <summary>What holds for every source file and project of the repository.</summary>
public partial class SourceTests
{
    const int LongestLine = 140;

    /// <summary>
    /// Files that may have longer lines, as what they hold is a line each where it comes from: rows of JSON Lines as data sets and runs
    /// have them. A file that needs it no more fails the test: take it out.
    /// </summary>
    static readonly string[] Exceptions =
    [
        "tests/Runtime/Choices/BbqTests.cs",
        "tests/Runtime/Choices/DocumentTemplateTests.cs",
        "tests/Runtime/Choices/PartialEvaluationTests.cs",
        "tests/Runtime/Choices/QuestionLayoutTests.cs",
        "tests/Runtime/Data/PromptLayoutTests.cs",
        "tests/Runtime/Data/PromptRowTests.cs",
        "tests/Runtime/Data/PublishedTasksTests.cs",
        "tests/Runtime/Data/TableFileTests.cs",
        "tests/Runtime/Evaluation/AnswersFileTests.cs",
    ];

    [Fact]
    public void Lines_are_not_longer_than_140()
    {
        var sources = Files("*.cs").Where(f => !Written().IsMatch(f)).ToList();
        Assert.Contains("tests/EndToEnd/SourceTests.cs", sources);
        var longLines =
            from file in sources
            from line in File.ReadLines(Path.Combine(CommandLine.Repository, file)).Index()
            where line.Item.Length > LongestLine
            select (file, place: $"{file}, line {line.Index + 1}: {line.Item.Length}");
        var found = longLines.ToLookup(l => Exceptions.Contains(l.file));
        Assert.Empty(found[false].Select(l => l.place));
        Assert.Equal(Exceptions, found[true].Select(l => l.file).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        string solution = File.ReadAllText(Path.Combine(CommandLine.Repository, "DcrDsl.sln"));
        var projects = Project().Matches(solution).Select(m => m.Groups["path"].Value.Replace('\\', '/'));
        // Templates hold the projects of others.
        Assert.Equal(Files("*.csproj").Where(f => !f.Contains("/MyLab", StringComparison.Ordinal)), projects.Order(StringComparer.Ordinal));
    }

    /// <summary>Files of the repository, by their paths in it.</summary>
    static IEnumerable<string> Files(string pattern) =>
        new[] { "experiments", "generators", "src", "tests" }
            .SelectMany(folder =>
                Directory.EnumerateFiles(Path.Combine(CommandLine.Repository, folder), pattern, SearchOption.AllDirectories)
            )
            .Select(f => Path.GetRelativePath(CommandLine.Repository, f).Replace('\\', '/'))
            .Where(f => !Built().IsMatch(f))
            .Order(StringComparer.Ordinal);

    [GeneratedRegex(@"/(bin|obj|runs|TestResults)/")]
    private static partial Regex Built();

    // By the generator, or by tests as what they expect.
    [GeneratedRegex(@"^experiments/Generated/|/Snapshots/|\.(verified|received)\.")]
    private static partial Regex Written();

    [GeneratedRegex(@"""(?<path>[^""]+\.csproj)""")]
    private static partial Regex Project();
}
