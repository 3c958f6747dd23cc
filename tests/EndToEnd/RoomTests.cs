using System.Text.RegularExpressions;

namespace DcrDsl.EndToEnd.Tests;

/// <summary>The rooms of the projects: where a file lies says what it may use, and what its namespace is.</summary>
public partial class RoomTests
{
    /// <summary>The rooms of the runtime: data flows down this list, so a room may use those before it.</summary>
    static readonly string[] Order =
    [
        "Wording",
        "FileSystem",
        "Tensors",
        "Data",
        "Models",
        "Objectives",
        "Training",
        "References",
        "Evaluation",
        "Definition",
        "Planning",
        "Results",
        "Store",
        "Execution",
        "Reports",
    ];

    [Fact]
    public void The_rooms_of_the_runtime_use_each_other_in_the_order_in_which_data_flows()
    {
        var wrong =
            from room in Order.Index()
            from file in Files(Path.Combine("src", "DcrDsl", room.Item))
            from later in Order.Skip(room.Index + 1)
            where Named(file.Text, later)
            select $"{file.Path["src/DcrDsl/".Length..]} uses {later}";
        Assert.Empty(wrong);
    }

    /// <summary>What losses and models stand on knows neither, and an optimiser knows tensors only.</summary>
    [Theory]
    [InlineData("Tensors", "Data", "Models", "Objectives", "Training")]
    [InlineData("Objectives", "Models", "Data")]
    [InlineData("Training", "Models", "Data", "Objectives")]
    public void Numerics_do_without_what_they_do_not_need(string room, params string[] without) =>
        Assert.All(
            Files(Path.Combine("src", "DcrDsl", room)),
            file => Assert.Empty(without.Where(other => Named(file.Text, other)).Select(other => $"{file.Path} uses {other}"))
        );

    [Fact]
    public void Every_room_of_the_runtime_has_its_place()
    {
        var rooms = Directory
            .EnumerateDirectories(Path.Combine(CommandLine.Repository, "src", "DcrDsl"))
            .Select(d => Path.GetFileName(d))
            .Where(d => char.IsUpper(d[0]));
        Assert.Equal(Order.Order(StringComparer.Ordinal), rooms.Order(StringComparer.Ordinal));
    }

    /// <summary>
    /// DcrDsl.Specs is the one project that is left out: its folders are for whoever writes the vocabulary, and its one namespace is for
    /// whoever declares an experiment, who needs one using.
    /// </summary>
    [Theory]
    [InlineData("src/DcrDsl")]
    [InlineData("src/DcrDsl.Cli")]
    [InlineData("src/DcrDsl.Tool")]
    [InlineData("src/DcrDsl.Jinja")]
    [InlineData("src/DcrDsl.Tokenizers")]
    [InlineData("generators/DcrDsl.Generators")]
    public void Namespaces_follow_folders(string project)
    {
        // What is in buildTransitive is compiled by MSBuild in the projects of users.
        var files = Files(project).Where(f => !f.Path.Contains("/buildTransitive/", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(files);
        string root = Path.GetFileName(project);
        Assert.Empty(
            from file in files
            let folder = Path.GetDirectoryName(file.Path[(project.Length + 1)..])!
            let wanted = folder.Length == 0 ? root : $"{root}.{folder.Replace(Path.DirectorySeparatorChar, '.')}"
            let given = Namespace().Match(file.Text).Groups["name"].Value
            where given != wanted
            select $"{file.Path}: {given} instead of {wanted}"
        );
    }

    /// <summary>Whether a file opens a room, or names something of it with the room before it.</summary>
    static bool Named(string text, string room) => Regex.IsMatch(text, $@"\bDcrDsl\.{room}\b|(?<![\w.""]){room}\.[A-Z]\w");

    static IEnumerable<(string Path, string Text)> Files(string folder) =>
        Directory
            .EnumerateFiles(Path.Combine(CommandLine.Repository, folder), "*.cs", SearchOption.AllDirectories)
            .Select(f => (Path: Path.GetRelativePath(CommandLine.Repository, f).Replace('\\', '/'), Text: File.ReadAllText(f)))
            .Where(f => !f.Path.Contains("/obj/", StringComparison.Ordinal) && !f.Path.Contains("/bin/", StringComparison.Ordinal))
            .OrderBy(f => f.Path, StringComparer.Ordinal);

    [GeneratedRegex(@"^namespace (?<name>[\w.]+)", RegexOptions.Multiline)]
    private static partial Regex Namespace();
}
